//! One bucket of a test: the beginnings of the requests that most tests make.

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::copy_object::builders::CopyObjectFluentBuilder;
use aws_sdk_s3::operation::delete_object::builders::DeleteObjectFluentBuilder;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::operation::head_object::builders::HeadObjectFluentBuilder;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::Object;

pub struct Bucket {
    pub s3: Client,
    name: &'static str,
}

impl Bucket {
    pub fn new(s3: Client, name: &'static str) -> Bucket {
        Bucket { s3, name }
    }

    pub fn put(&self, key: &str, bytes: impl AsRef<[u8]>) -> PutObjectFluentBuilder {
        let body = ByteStream::from(bytes.as_ref().to_vec());
        self.s3.put_object().bucket(self.name).key(key).body(body)
    }

    pub fn get(&self, key: &str) -> GetObjectFluentBuilder {
        self.s3.get_object().bucket(self.name).key(key)
    }

    pub fn head(&self, key: &str) -> HeadObjectFluentBuilder {
        self.s3.head_object().bucket(self.name).key(key)
    }

    pub fn delete(&self, key: &str) -> DeleteObjectFluentBuilder {
        self.s3.delete_object().bucket(self.name).key(key)
    }

    /// A copy to `key`.
    pub fn copy(&self, key: &str, source: &str) -> CopyObjectFluentBuilder {
        let copy = self.s3.copy_object().bucket(self.name).key(key);
        copy.copy_source(source)
    }

    /// The bytes of an object.
    pub async fn bytes(&self, key: &str) -> Vec<u8> {
        let got = self.get(key).send().await.expect("an object");
        got.body.collect().await.expect("a body").to_vec()
    }

    /// What the bucket holds.
    pub async fn list(&self) -> Vec<Object> {
        let listed = self.s3.list_objects_v2().bucket(self.name).send().await;
        listed.expect("a list").contents.unwrap_or_default()
    }
}
