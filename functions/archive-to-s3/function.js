// Destination function: keeps each event in a bucket of another AWS account, as one object.
// The role in that account trusts this workspace, by the external id.

async function getS3(settings) {
  // A client lives as long as its credentials: less than the hour that a role is given for.
  return cache.load(`s3-${settings.roleArn}`, 50 * 60 * 1000, async () => {
    const sts = new AWS.STS();
    const { Credentials } = await sts
      .assumeRole({
        RoleArn: settings.roleArn,
        ExternalId: settings.externalId,
        RoleSessionName: 'segment-function'
      })
      .promise();
    return new AWS.S3({
      region: settings.region,
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken
    });
  });
}

async function archive(event, settings) {
  const s3 = await getS3(settings);
  const day = (event.timestamp || event.receivedAt || new Date().toISOString()).slice(0, 10);
  const key = `${event.type}/${day}/${event.messageId}.json`;
  try {
    const stored = await s3
      .putObject({
        Bucket: settings.bucket,
        Key: key,
        Body: JSON.stringify(event),
        ContentType: 'application/json'
      })
      .promise();
    console.log(`stored ${key}`, stored);
  } catch (error) {
    // Throttled or unwell: the platform calls again later. Anything else is for a person.
    if (error.retryable || error.statusCode >= 500) throw new RetryError(error.message);
    throw error;
  }
}

async function onTrack(event, settings) {
  await archive(event, settings);
}

async function onIdentify(event, settings) {
  await archive(event, settings);
}

async function onGroup(event, settings) {
  await archive(event, settings);
}
