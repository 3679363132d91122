async function onTrack(event, settings) {
  const { properties = {}, userId } = event;
  return {
    user: userId,
    name: event.event.toLowerCase(),
    total: Math.round((properties.price || 0) * (properties.quantity || 1) * 100) / 100,
    tags: (properties.tags || []).filter(tag => tag !== 'internal')
  };
}
