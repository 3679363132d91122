"""Fills the moto server at the given URL with users, a role and buckets, and turns its checks on: from
then on signatures, tokens and policies count. Prints what a client needs, as JSON."""

import json
import sys
import urllib.request

import boto3

url = sys.argv[1]
anybody = {"endpoint_url": url, "region_name": "us-west-2", "aws_access_key_id": "any", "aws_secret_access_key": "any"}
iam = boto3.client("iam", **anybody)


def policy(actions):
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def user(name, actions):
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=policy(actions))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}


writer = user("writer", ["sts:AssumeRole", "sts:GetCallerIdentity"])
reader = user("reader", ["s3:GetObject", "s3:ListBucket"])
trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
role = iam.create_role(
    RoleName="archive", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
)["Role"]["Arn"]
writes = ["s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
arn = iam.create_policy(PolicyName="writes", PolicyDocument=policy(writes))["Policy"]["Arn"]
iam.attach_role_policy(RoleName="archive", PolicyArn=arn)
s3 = boto3.client("s3", **anybody)
for bucket in ["events-archive", "odd-keys"]:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})

# How many requests still go unchecked. Sent as a form, moto fails.
off = urllib.request.Request(f"{url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})
urllib.request.urlopen(off).read()
print(json.dumps({"writer": writer, "reader": reader, "role": role}))
