"""Puts the files below a folder into the S3 at the given URL: its folders are buckets. Prints how many, as JSON."""

import json
import sys
from pathlib import Path

import boto3

url, folder = sys.argv[1:]
s3 = boto3.client(
    "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
)
count = 0
for bucket in Path(folder).iterdir():
    s3.create_bucket(Bucket=bucket.name)
    for file in sorted(path for path in bucket.rglob("*") if path.is_file()):
        s3.put_object(Bucket=bucket.name, Key=file.relative_to(bucket).as_posix(), Body=file.read_bytes())
        count += 1
print(json.dumps({"objects": count}))
