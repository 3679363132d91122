"""Reads every object of a bucket with boto3: read_back.py URL KEY SECRET BUCKET. Prints, as JSON, each
key's digest, content type and metadata."""

import hashlib
import json
import sys

import boto3
from botocore.config import Config

url, key, secret, bucket = sys.argv[1:]
s3 = boto3.client(
    "s3",
    endpoint_url=url,
    region_name="us-west-2",
    aws_access_key_id=key,
    aws_secret_access_key=secret,
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
)
found = {}
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 7}):
    for listed in page.get("Contents", []):
        got = s3.get_object(Bucket=bucket, Key=listed["Key"])
        body = got["Body"].read()
        assert len(body) == listed["Size"], listed
        found[listed["Key"]] = [hashlib.sha256(body).hexdigest(), got["ContentType"], got["Metadata"]]
print(json.dumps(found))
