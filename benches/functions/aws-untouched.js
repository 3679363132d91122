async function onTrack(event) {
  if (event.never) await new AWS.S3().listBuckets().promise();
  return event.messageId;
}
