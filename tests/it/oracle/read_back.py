"""Reads every object of a bucket with boto3: read_back.py URL KEY SECRET BUCKET. Prints, as JSON, each
key's digest (or that its bytes are the noise of read_back.rs), content type and metadata."""

import functools
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
MIB = 1024 * 1024


@functools.cache
def noise(size):
    """What read_back.rs stores in an object of this size."""
    piece, state = bytearray(min(size, MIB)), size
    for n in range(len(piece)):
        state = (state * 1103515245 + 12345) & 0xFFFFFFFF
        piece[n] = state >> 16 & 0xFF
    body = bytearray(size)
    for number, start in enumerate(range(0, size, MIB)):
        body[start : start + MIB] = piece[: size - start]
        body[start] = number
    return bytes(body)


found = {}
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 7}):
    for listed in page.get("Contents", []):
        got = s3.get_object(Bucket=bucket, Key=listed["Key"])
        body = got["Body"].read()
        assert len(body) == listed["Size"], listed
        told = "noise" if body == noise(len(body)) else hashlib.sha256(body).hexdigest()
        found[listed["Key"]] = [told, got["ContentType"], got["Metadata"]]
print(json.dumps(found))
