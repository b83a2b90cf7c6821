//! What makes a connection to a web server secure, and whom to trust.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;

/// TLS 1.2 and 1.3. Whom the platform trusts is trusted, `SSL_CERT_FILE` and `SSL_CERT_DIR` included; where it knows
/// nobody, as in small containers, whom Mozilla trusts.
pub(super) fn config() -> Result<ClientConfig, rustls::Error> {
    let trusting = match builder()?.with_platform_verifier() {
        Ok(trusting) => trusting,
        Err(_) => trusting_mozilla()?,
    };
    Ok(trusting.with_no_client_auth())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn trusting_mozilla() -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, rustls::Error> {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    Ok(builder()?.with_root_certificates(roots))
}
