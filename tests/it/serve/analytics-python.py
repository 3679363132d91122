# Every call of segment-analytics-python, to the server at argv[1], packed by gzip.
import sys

from segment import analytics

failures = []
analytics.write_key = 'KEY'
analytics.host = sys.argv[1]
analytics.gzip = True
analytics.upload_size = 4
analytics.on_error = lambda error, items: failures.append(error)

user = 'u-1'
analytics.identify(user, {'email': 'ada@example.com'})
for number in range(10):
    analytics.track(user, 'Signed Up', {'number': number})
analytics.page(user, 'Site', 'Home')
analytics.screen(user, 'App', 'Start')
analytics.group(user, 'g-1')
analytics.alias('before', user)
analytics.flush()
analytics.join()
sys.exit(f'failed: {failures}' if failures else 0)
