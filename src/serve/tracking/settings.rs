//! What a client asks for before it sends anything.

use serde_json::json;

/// The settings of the source with this key, as every SDK accepts them. `host` is where clients are to
/// send events, without a scheme. There is one integration only: with a second one analytics.js would
/// load old destinations.
pub fn project_settings(key: &str, scheme: &str, host: &str) -> String {
    let on = json!({ "enabled": true });
    let settings = json!({
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": format!("{host}/v1"),
                "protocol": scheme,
                "addBundledMetadata": true,
                "unbundledIntegrations": [],
                "maybeBundledConfigIds": {},
                "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
            },
        },
        "plan": {
            "track": { "__default": { "enabled": true, "integrations": {} } },
            "identify": { "__default": on },
            "group": { "__default": on },
        },
        "middlewareSettings": { "routingRules": [] },
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": [],
        "edgeFunction": {},
    });
    settings.to_string()
}
