//! Where an archive is, and which of its objects are asked for.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(86_400);

/// `s3://BUCKET/PREFIX`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveUrl {
    pub bucket: String,
    /// What the objects' keys begin with.
    pub prefix: String,
}

impl ArchiveUrl {
    /// The archive that `path` names, if it names one.
    pub fn parse(path: &Path) -> Option<ArchiveUrl> {
        let rest = path.to_str()?.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        Some(ArchiveUrl {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    /// The name of the object `key`.
    pub fn name(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket)
    }

    /// That there is no such object.
    pub fn nothing_found(&self) -> io::Error {
        let text = format!("no key in the bucket begins with `{}`", self.prefix);
        io::Error::new(io::ErrorKind::NotFound, text)
    }

    /// Whether the object `key` may hold events that came at `since` or later: all that Segment put
    /// into it came on the day that its key names.
    pub fn may_hold(key: &str, since: Option<SystemTime>) -> bool {
        let Some(since) = since else { return true };
        let day = key.split('/').rev().skip(1).find_map(|part| {
            let is_time = part.len() == 13 && part.bytes().all(|b| b.is_ascii_digit());
            part.parse().ok().filter(|_| is_time)
        });
        let day = day.map(|millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        day.is_none_or(|day| day + DAY > since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_over_are_not_read() {
        let since = crate::text::time::parse("2015-05-28T12:00:00Z");
        let key = |day: &str| format!("segment-logs/gAbt/{day}/x.gz");
        // 2015-05-27 and 28.
        assert!(!ArchiveUrl::may_hold(&key("1432684800000"), since));
        assert!(ArchiveUrl::may_hold(&key("1432771200000"), since));
        assert!(ArchiveUrl::may_hold("other/1/x.gz", since));
        assert!(ArchiveUrl::may_hold(&key("1432684800000"), None));
    }

    #[test]
    fn an_archive_is_named_by_its_url() {
        let of = |path: &str| {
            let url = ArchiveUrl::parse(Path::new(path))?;
            Some((url.bucket, url.prefix))
        };
        assert_eq!(
            of("s3://b/segment-logs/x"),
            Some(("b".into(), "segment-logs/x".into()))
        );
        assert_eq!(of("s3://b"), Some(("b".into(), String::new())));
        assert_eq!(of("s3/b"), None);
    }
}
