const retrying = fetchretrylib.fetchretry(fetch, { retryDelay: 1 });
const url = `${settings.vendor}/flaky`;
const first = await retrying(url, { retries: 3, retryOn: [503] });
console.log(first.status, await first.json());
const attempts = [];
const second = await retrying(url, {
  retryDelay(attempt) {
    attempts.push(attempt);
    return 1;
  },
  retryOn: (attempt, error, response) => attempt < 1 && response.status === 503,
});
console.log(second.status, attempts);
try {
  await retrying('http://127.0.0.1:1/', { retries: 2 });
} catch (error) {
  console.log(error.name, error.message);
}
try {
  await retrying(url, { retries: -1 });
} catch (error) {
  console.log(error.name, error.message);
}
try {
  fetchretrylib.fetchretry('nope');
} catch (error) {
  console.log(error.name, error.message);
}
