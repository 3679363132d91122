"""Presigned forms and URLs against `segfn aws` at the given URL: presigned.py URL KEY SECRET. Prints, as JSON, what
each attempt is answered."""

import json
import re
import sys
import time

import boto3
import requests
from botocore.auth import S3SigV4PostAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

url, key, secret = sys.argv[1:]
at = {"endpoint_url": url, "region_name": "us-west-2"}
long_term = {"aws_access_key_id": key, "aws_secret_access_key": secret}
assumed = boto3.client("sts", **at, **long_term).assume_role(
    RoleArn="arn:aws:iam::123456789012:role/form", RoleSessionName="form"
)["Credentials"]
temporary = {
    "aws_access_key_id": assumed["AccessKeyId"],
    "aws_secret_access_key": assumed["SecretAccessKey"],
    "aws_session_token": assumed["SessionToken"],
}


def client(keys, signature="s3v4"):
    return boto3.client("s3", **at, **keys, config=Config(signature_version=signature, s3={"addressing_style": "path"}))


def told(answer):
    """Status of an answer, and its code or its body."""
    code = re.search("<Code>(.*?)</Code>", answer.text)
    text = "" if "<PostResponse>" in answer.text else answer.text
    return f"{answer.status_code} {code[1] if code else text}".strip()


answers = {}
short = {}


def post(label, form, file=b"the file", **changes):
    fields = {name: value for name, value in {**form["fields"], **changes}.items() if value is not None}
    answers[label] = told(requests.post(form["url"], data=fields, files={"file": ("name.txt", file)}, allow_redirects=False))


for name, keys in {"long-term": long_term, "temporary": temporary}.items():
    s3 = client(keys)
    form = s3.generate_presigned_post("forms", f"{name}/plain")
    post(f"{name}: a form", form)
    answers[f"{name}: what it stored"] = s3.get_object(Bucket="forms", Key=f"{name}/plain")["Body"].read().decode()
    post(f"{name}: another key", form, key="other")
    post(f"{name}: an extra field", form, acl="private")
    post(f"{name}: an ignored field", form, **{"x-ignore-me": "1"})
    post(f"{name}: a wrong signature", form, **{"x-amz-signature": "0" * 64})
    post(f"{name}: another's policy", form, policy=client(keys).generate_presigned_post("forms", "else")["fields"]["policy"])
    post(f"{name}: an unknown key", form, **{"x-amz-credential": form["fields"]["x-amz-credential"].replace(keys["aws_access_key_id"], "AKIDUNKNOWN")})

    answers[f"{name}: no file"] = told(requests.post(form["url"], files={k: (None, v) for k, v in form["fields"].items()}))
    answers[f"{name}: no policy"] = told(requests.post(form["url"], data={"key": "k"}, files={"file": b"x"}))

    fields = {"Content-Type": "text/x", "x-amz-meta-m": "v", "success_action_status": "201"}
    conditions = [{name: value} for name, value in fields.items()]
    conditions += [["starts-with", "$key", "up/"], ["content-length-range", 2, 10]]
    form = s3.generate_presigned_post("forms", "up/${filename}", Fields=dict(fields), Conditions=conditions)
    post(f"{name}: in the range", form, key=f"up/{name}")
    head = s3.head_object(Bucket="forms", Key=f"up/{name}")
    answers[f"{name}: its head"] = [head["ContentType"], head["Metadata"], head["ContentLength"]]
    post(f"{name}: under its file's name", form)
    s3.head_object(Bucket="forms", Key="up/name.txt")
    post(f"{name}: too large", form, b"x" * 11, key="up/large")
    post(f"{name}: too small", form, b"x", key="up/small")
    post(f"{name}: elsewhere", form, key="down/x")
    post(f"{name}: another type", form, key="up/x", **{"Content-Type": "text/html"})
    form = s3.generate_presigned_post("forms", "late", ExpiresIn=-1)
    post(f"{name}: expired", form)

    for signature in ["s3v4", "s3"]:
        s3 = client(keys, signature)
        link = s3.generate_presigned_url("put_object", {"Bucket": "forms", "Key": f"{signature} ü", "ContentType": "a/b"}, 60)
        answers[f"{name} {signature}: put"] = told(requests.put(link, b"put", headers={"content-type": "a/b"}))
        answers[f"{name} {signature}: put another type"] = told(requests.put(link, b"put", headers={"content-type": "c/d"}))
        link = s3.generate_presigned_url("get_object", {"Bucket": "forms", "Key": f"{signature} ü", "ResponseContentType": "c/d"}, 60)
        got = requests.get(link)
        answers[f"{name} {signature}: get"] = [told(got), got.headers["content-type"]]
        answers[f"{name} {signature}: a range"] = told(requests.get(link, headers={"range": "bytes=1-"}))
        answers[f"{name} {signature}: two ranges"] = told(requests.get(link, headers={"range": "bytes=0-0,2-2"}))
        answers[f"{name} {signature}: another key"] = told(requests.get(link.replace("/forms/", "/forms/x")))
        answers[f"{name} {signature}: another method"] = told(requests.delete(link))
        answers[f"{name} {signature}: another answer"] = told(requests.get(link.replace("c%2Fd", "e%2Ff")))
        link = s3.generate_presigned_url("get_object", {"Bucket": "forms", "Key": f"{signature} ü"}, 1)
        short[f"{name} {signature}: expired"] = link
        if keys is temporary:
            token = re.search("(?i)[?&]x-amz-security-token=[^&]*", link)[0]
            link = s3.generate_presigned_url("get_object", {"Bucket": "forms", "Key": f"{signature} ü"}, 60)
            answers[f"{name} {signature}: no token"] = told(requests.get(link.replace(token, token[0] + "x=y")))

# The signer alone: forms whose token is missing or another's, all else being right.
other = boto3.client("sts", **at, **long_term).assume_role(
    RoleArn="arn:aws:iam::123456789012:role/other", RoleSessionName="other"
)["Credentials"]["SessionToken"]
for label, token in {"no token": None, "another's token": other}.items():
    signer = S3SigV4PostAuth(Credentials(assumed["AccessKeyId"], assumed["SecretAccessKey"], token), "s3", "us-west-2")
    request = AWSRequest("POST", f"{url}/forms")
    fields, conditions = {"key": "k"}, [{"bucket": "forms"}, {"key": "k"}]
    request.context["s3-presign-post-fields"] = fields
    request.context["s3-presign-post-policy"] = {"expiration": "2099-01-01T00:00:00Z", "conditions": conditions}
    signer.add_auth(request)
    post(label, {"url": f"{url}/forms", "fields": fields})
time.sleep(2.1)
for label, link in short.items():
    answers[label] = told(requests.get(link))
print(json.dumps(answers))
