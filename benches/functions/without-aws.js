async function onTrack(event) {
  return event.messageId;
}
