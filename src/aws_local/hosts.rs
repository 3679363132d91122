//! Which service and which bucket a host name means.

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

/// Tells s3s the bucket of a virtual-hosted request.
pub struct Hosts;

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let named = VirtualHost::new(host);
        Ok(match bucket(host) {
            Some(bucket) => named.with_bucket(bucket),
            None => named,
        })
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The ends of AWS's host names, in the parts of the world that aws-sdk 2 knows.
const AMAZON: [&str; 4] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
];

/// The part of an AWS host name that names service and region.
fn amazon(host: &str) -> Option<&str> {
    let host = without_port(host);
    AMAZON.iter().find_map(|end| host.strip_suffix(end))
}

/// Whether the host is AWS's.
pub fn is_aws(host: &str) -> bool {
    amazon(host).is_some()
}

/// Whether the host is one of STS's.
pub fn is_sts(host: &str) -> bool {
    // A bucket may be named `sts`.
    amazon(host).is_some_and(|service| {
        service_label(service).is_none()
            && (service == "sts" || service.starts_with("sts.") || service.starts_with("sts-fips"))
    })
}

/// Whether the host is one of S3's.
pub fn is_s3(host: &str) -> bool {
    amazon(host).is_some_and(|service| service_label(service).is_some())
}

/// Where the label of S3 begins: `s3`, or an old `s3-REGION`. A bucket's name may hold such a label
/// too, so the last one counts.
fn service_label(service: &str) -> Option<usize> {
    let mut end = service.len();
    loop {
        let start = service[..end].rfind('.').map_or(0, |dot| dot + 1);
        let label = &service[start..end];
        if label == "s3" || label.starts_with("s3-") {
            return Some(start);
        }
        end = start.checked_sub(1)?;
    }
}

/// The bucket in a host name: `BUCKET.s3.REGION.amazonaws.com` and its kin, or `BUCKET.localhost`.
pub fn bucket(host: &str) -> Option<&str> {
    if let Some(bucket) = without_port(host).strip_suffix(".localhost") {
        return Some(bucket);
    }
    let service = amazon(host)?;
    let start = service_label(service)?;
    service[..start].strip_suffix('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_of_hosts() {
        let hosts = [
            ("s3.amazonaws.com", None),
            ("s3.us-west-2.amazonaws.com", None),
            ("s3-us-west-2.amazonaws.com:443", None),
            ("b.s3.amazonaws.com", Some("b")),
            ("b.s3-us-west-2.amazonaws.com", Some("b")),
            (
                "my.dotted.bucket.s3.eu-west-1.amazonaws.com",
                Some("my.dotted.bucket"),
            ),
            (
                "s3-logs.s3.dualstack.us-west-2.amazonaws.com",
                Some("s3-logs"),
            ),
            ("b.s3-accelerate.amazonaws.com", Some("b")),
            ("b.s3.cn-north-1.amazonaws.com.cn", Some("b")),
            ("b.s3.us-iso-east-1.c2s.ic.gov", Some("b")),
            ("b.localhost:9000", Some("b")),
            ("localhost:9000", None),
            ("sts.amazonaws.com", None),
            ("example.com", None),
        ];
        for (host, expected) in hosts {
            assert_eq!(bucket(host), expected, "{host}");
        }
    }

    #[test]
    fn services_of_hosts() {
        assert!(is_sts("sts.amazonaws.com") && is_sts("sts.eu-west-1.amazonaws.com:443"));
        assert!(!is_sts("sts.s3.amazonaws.com.example") && !is_sts("lambda.amazonaws.com"));
        assert!(is_s3("sts.s3.amazonaws.com") && !is_sts("sts.s3.amazonaws.com"));
        assert!(!is_s3("sts.amazonaws.com") && !is_s3("localhost"));
    }
}
