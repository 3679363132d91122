use proptest::prelude::*;

use super::*;

/// A value that looks drawn by chance.
const DRAWN: &str = "a8f3K9xQ2mZ7pL4v";
/// One that doesn't.
const WORD: &str = "hunter";

/// Names of fields whose values are secret, whatever they are.
const SECRET: &str = "
    password Password PASSWORD user_password userPassword user[password] user.password passwd pwd pw
    dbPassword db_pass smtp-pass pass passphrase passcode password2 newPassword password_confirmation
    secret client_secret clientSecret ClientSecret app_secret webhook_secret webhookSecret secretKey
    secret_key shared_secret secrets secret_access_key SecretAccessKey secretaccesskey
    token access_token accessToken AccessToken ACCESS_TOKEN refresh_token refreshToken id_token idToken
    auth_token authToken api_token apiToken user_token csrf_token csrfToken authenticity_token
    bearer_token bearerToken device_token session_token sessionToken xoxb_token slackToken bot_token
    oauth_token oauth_token_secret web_identity_token x_amz_security_token verification_token
    apikey apiKey api_key API_KEY api-key APIKey x-api-key x_api_key apikeys api_keys apiKey1
    accessKey access_key AccessKeyId aws_access_key_id awsAccessKeyId secretAccessKey
    writeKey write_key writekey privateKey private_key privatekey signingKey signing_key encryptionKey
    encryption_key master_key masterKey sharedKey account_key AccountKey storage_key service_key
    subscription_key subscriptionKey Ocp-Apim-Subscription-Key X-Functions-Key subKey app_key appKey
    consumer_key consumerKey license_key licenseKey ssh_key deploy_key integration_key rest_api_key
    server_key client_key admin_key ingestion_key insert_key webhook_key session_key hapikey
    credential credentials creds aws_credentials X-Amz-Credential x_amz_signature jwt jwtToken
    authorization Authorization proxy_authorization bearer cookie cookies set_cookie
    client_assertion code_verifier oauth_verifier otp totp cvv cvc pin card_pin
    auth_code authorization_code verification_code security_code recovery_codes backup_code
    connectionString connection_string seed_phrase mnemonic user_hash security_answer
    webhooksecret mytoken clientsecret accesstoken authtoken refreshtoken
    headers[Authorization] data.attributes.apiKey
";

/// Names of fields that hold much else.
const PERHAPS: &str =
    "key auth session session_id sessionId ticket signature sig tokens api oauth user_key appid";

/// Names that tell nothing, or tell of something that isn't secret.
const PLAIN: &str = "
    keyword keywords monkey author authors authority authored passport passenger passed passes compass
    bypass title name email user username userId user_id id type url description message code error_code
    status state country_code zip_code promo_code tokenizer tokenized max_tokens total_tokens
    tokens_used prompt_tokens completion_tokens token_count tokenCount token_type tokenType token_limit
    token_expires_at expires_in token_url tokenEndpoint access_token_expires_in password_updated_at
    passwordUpdatedAt password_set password_hint_enabled passwordLength secret_name secretName
    secretVersion has_password_changed next_page_token nextPageToken page_token pageToken NextToken
    continuation_token ContinuationToken primary_key primaryKey foreign_key partition_key sort_key
    object_key cache_key idempotency_key Idempotency-Key issue_key row_key public_key publicKey
    publishable_key site_key group_key message_key event_key translation_key hotkey keys keyboard keynote
    api_version apiUrl api_url access access_level accessibility session_count sessions session_start
    sign_up sign_in signed_at signin signup design signal assigned hash_tag hashtag
    private public privacy certificate certified account account_id accountName client client_id clientId
    secretary secretariat secret_santa secret_garden token_ring token_symbol token_price
    boarding_pass season_pass pass_count pass_rate cookie_consent cookies_enabled cookie_policy
    pinned pinterest spinning shopping pinterest_url drop_pin opinion mapping
    authentication_method auth_type auth_provider authenticated oauth_provider
    bearing bearish credit creditor credits license_type licensed otp_enabled
    secret_agent_count phone_number order_number card_brand last4 hometown
";

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split_whitespace()
}

#[test]
fn a_name_tells_a_secret_by_its_words() {
    let mut wrong = Vec::new();
    for name in names(SECRET) {
        if !tells(name, NamePlace::Field).is_secret(WORD) {
            wrong.push(format!("{name} isn't secret"));
        }
    }
    for name in names(PERHAPS) {
        if tells(name, NamePlace::Field).is_secret(WORD) {
            wrong.push(format!("{name} is secret"));
        }
        if !tells(name, NamePlace::Field).is_secret(DRAWN) {
            wrong.push(format!("{name} isn't secret though it is drawn"));
        }
    }
    for name in names(PLAIN) {
        if tells(name, NamePlace::Field).is_secret(DRAWN) {
            wrong.push(format!("{name} is secret"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn headers_and_parameters_tell_more() {
    let mut wrong = Vec::new();
    for (place, list) in [
        (
            NamePlace::Header,
            "Authorization Cookie Set-Cookie X-Api-Key X-Shopify-Access-Token X-Auth-Token X-Auth
             X-Auth-Request X-Session-Id X-Hub-Signature-256 Stripe-Signature X-Shopify-Hmac-Sha256
             X-Slack-Signature X-Key X-Insert-Key X-Query-Key X-Goog-Api-Key X-Csrf-Token X-Amz-Security-Token
             X-Functions-Key Ocp-Apim-Subscription-Key DD-API-KEY DD-APPLICATION-KEY X-Vault-Token
             X-Figma-Token X-Gitlab-Token PRIVATE-TOKEN Api-Token X-Authentication X-Parse-REST-API-Key
             X-Amz-Server-Side-Encryption-Customer-Key Authentication X-MBX-APIKEY Circle-Token apikey",
        ),
        (
            NamePlace::Query,
            "api_key apikey access_token token sig signature auth hapikey subscription-key X-Amz-Signature
             X-Goog-Signature oauth_signature sessionid client_secret password pwd api_secret hmac code_verifier
             AWSAccessKeyId",
        ),
    ] {
        for name in names(list) {
            if !tells(name, place).is_secret(WORD) {
                wrong.push(format!("{place:?} {name} isn't secret"));
            }
        }
    }
    for name in names(
        "Access-Control-Allow-Credentials Access-Control-Allow-Headers Content-Type Accept User-Agent
         Idempotency-Key Sec-WebSocket-Key Surrogate-Key X-Request-Id X-Forwarded-For Cache-Control ETag
         X-Amz-Date Keep-Alive X-RateLimit-Limit X-Monkey Author",
    ) {
        if tells(name, NamePlace::Header).is_secret(DRAWN) {
            wrong.push(format!("header {name} is secret"));
        }
    }
    for name in names("page_token pageToken next_token q query limit keyword author id sort_key") {
        if tells(name, NamePlace::Query).is_secret(DRAWN) {
            wrong.push(format!("parameter {name} is secret"));
        }
    }
    assert!(tells("key", NamePlace::Query).is_secret("AIza-1234567890"));
    assert!(!tells("key", NamePlace::Query).is_secret("color"));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_says_that_there_is_a_secret_is_none() {
    for value in ["", " ", "true", "none", "Bearer", "include", "expired"] {
        assert!(
            !tells("token", NamePlace::Field).is_secret(value),
            "{value}"
        );
    }
}

#[test]
fn values_look_drawn_that_are_no_words() {
    for value in [
        "AIza-1234567890",
        "0123456789abcdef",
        "a8f3K9xQ2mZ7pL4v",
        "QWxhZGRpbjpvcGVuIHNlc2FtZQ1=",
        "4f9b2c1e-8d7a-4b6c-9e3f-1a2b3c4d5e6f",
        "XyZabCDefGHijKLmnOPqrs",
    ] {
        assert!(looks_drawn(value), "{value}");
    }
    for value in [
        "color",
        "a simple sentence 12",
        "2024-01-31T12:00:00Z",
        "order-12345",
        "step_2_of_10",
        "exports/2024/01/file1.json",
        "report-2024.csv",
        "a@b.example",
        "1234567890",
        "internationalization",
        "InternationalOrganization",
        "application/json",
        "eu-west-1",
        "10.0.0.1",
    ] {
        assert!(!looks_drawn(value), "{value}");
    }
}

proptest! {
    #[test]
    fn how_the_words_are_joined_makes_no_difference(
        before in prop::sample::select(vec!["", "my", "user", "shop", "db"]),
        part in prop::sample::select(vec!["password", "token", "secret", "credential", "apikey"]),
    ) {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        for name in [
            format!("{before}_{part}"),
            format!("{before}-{part}"),
            format!("{before}.{part}"),
            format!("{before}[{part}]"),
            format!("{before}{}", capital(part)),
            format!("{before}{part}"),
            format!("{before}_{part}").to_uppercase(),
        ] {
            prop_assert_eq!(tells(&name, NamePlace::Field), NameTells::Secret, "{}", name);
        }
    }

    #[test]
    fn any_name_is_looked_at(name in ".{0,60}", value in ".{0,60}") {
        for place in [NamePlace::Header, NamePlace::Query, NamePlace::Field] {
            let _ = tells(&name, place).is_secret(&value);
        }
    }
}
