const onesignal = oneSignal.oneSignal;
console.log(Object.keys(onesignal).sort());
const configuration = onesignal.createConfiguration({ userAuthKey: 'user', restApiKey: 'rest', baseServer: new onesignal.ServerConfiguration(`${settings.vendor}/onesignal`, {}) });
const client = new onesignal.DefaultApi(configuration);
const notification = new onesignal.Notification();
notification.app_id = 'app';
notification.contents = { en: 'hello', de: 'grüße' };
notification.included_segments = ['Subscribed Users'];
notification.send_after = '2026-01-02T03:04:05.000Z';
console.log(await client.createNotification(notification));
const found = await client.getNotification('app', 'n1');
console.log(found.id, found.contents, found.successful);
try {
  await client.getNotification('app', 'none');
} catch (error) {
  console.log(error.name, error.code, error.message, error.body);
}
try {
  await client.getNotification();
} catch (error) {
  console.log(error.name, error.message);
}
