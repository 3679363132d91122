const requests = [];
const httpClient = {
  async request(options) {
    requests.push(options);
    return options.data && options.data.To === 'bad'
      ? { statusCode: 400, body: JSON.stringify({ code: 21211, message: "The 'To' number is not valid", more_info: 'https://www.twilio.com/docs/errors/21211', status: 400 }) }
      : { statusCode: 201, body: { sid: 'SM1', status: 'queued', date_created: 'Thu, 30 Jul 2015 20:12:31 +0000', num_segments: '1', body: 'hi' } };
  },
};
const client = twilio(`AC${'0'.repeat(32)}`, 'token', { httpClient });
const message = await client.messages.create({ body: 'hi', from: '+15005550006', to: '+15558675310', mediaUrl: ['https://a/b.png', 'https://c/d'] });
console.log(message.sid, message.status, message.dateCreated, message.toJSON().body);
try {
  await client.messages.create({ to: 'bad' });
} catch (error) {
  console.log(error.name, error.message, error.code, error.status, error.moreInfo);
}
console.log(JSON.stringify(requests, (key, value) => (typeof value === 'function' ? 'function' : value)));
for (const attempt of [() => twilio('nope', 'token'), () => twilio(`AC${'0'.repeat(32)}`)]) {
  try {
    attempt();
  } catch (error) {
    console.log(error.message);
  }
}
const { VoiceResponse, MessagingResponse } = twilio.twiml;
const voice = new VoiceResponse();
voice.say({ voice: 'alice' }, 'hello & welcome');
voice.dial().number('+15558675310');
console.log(voice.toString(), new MessagingResponse().message('hi').toString());
console.log(twilio.validateRequest('12345', 'GvWf1cFY/Q7PnoempGyD5oXAezc=', 'https://mycompany.com/myapp.php?foo=1&bar=2', { Digits: '1234', From: '+14158675310', To: '+18005551212', Caller: '+14158675310', CallSid: 'CA1234567890ABCDE' }));
const { AccessToken } = twilio.jwt;
const token = new AccessToken(`AC${'0'.repeat(32)}`, `SK${'0'.repeat(32)}`, 'secret', { identity: 'ada', ttl: 60 });
token.addGrant(new AccessToken.VideoGrant({ room: 'r' }));
const decoded = jsonwebtoken.verify(token.toJwt(), 'secret');
console.log(decoded.grants, decoded.exp - decoded.iat);
// Its own client is axios: nobody listens here.
const { RequestClient } = twilio;
try {
  await new twilio.RequestClient().request({ method: 'GET', uri: 'http://127.0.0.1:1/', headers: {} });
} catch (error) {
  console.log(error.message, error.code);
}
const answer = await new RequestClient().request({ method: 'POST', uri: `${settings.vendor}/form`, username: 'ada', password: 'x', data: { A: 'b c', D: ['e', 'f'] } });
console.log(answer.statusCode, answer.body);
