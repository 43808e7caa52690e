/* OpenSSL 3 by dlopen: the types come from its headers, the functions from the system's libssl.so.3 when a probe asks for
   them. A plain analysis loads nothing, and the program runs where the library is missing. */
#ifndef OPENSSL_TABLE_H
#define OPENSSL_TABLE_H

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define OPENSSL_TABLE(F) \
  F(ASN1_STRING_get0_data) \
  F(ASN1_STRING_length) \
  F(ASN1_TIME_to_tm) \
  F(BIO_free) \
  F(BIO_new_mem_buf) \
  F(CRYPTO_free) \
  F(ERR_clear_error) \
  F(ERR_peek_error) \
  F(ERR_reason_error_string) \
  F(EVP_Digest) \
  F(EVP_PKEY_eq) \
  F(EVP_PKEY_free) \
  F(EVP_PKEY_get_base_id) \
  F(EVP_PKEY_get_bits) \
  F(EVP_sha256) \
  F(EVP_sha512) \
  F(GENERAL_NAMES_free) \
  F(GENERAL_NAME_get0_value) \
  F(OBJ_nid2sn) \
  F(OPENSSL_sk_num) \
  F(OPENSSL_sk_value) \
  F(PEM_read_bio_PrivateKey) \
  F(PEM_read_bio_X509) \
  F(SSL_CIPHER_get_name) \
  F(SSL_CTX_ctrl) \
  F(SSL_CTX_free) \
  F(SSL_CTX_get0_param) \
  F(SSL_CTX_load_verify_locations) \
  F(SSL_CTX_new) \
  F(SSL_CTX_set_cipher_list) \
  F(SSL_CTX_set_default_verify_paths) \
  F(SSL_connect) \
  F(SSL_ctrl) \
  F(SSL_free) \
  F(SSL_get1_peer_certificate) \
  F(SSL_get_current_cipher) \
  F(SSL_get_error) \
  F(SSL_get_peer_cert_chain) \
  F(SSL_get_verify_result) \
  F(SSL_get_version) \
  F(SSL_new) \
  F(SSL_read) \
  F(SSL_set_fd) \
  F(SSL_shutdown) \
  F(SSL_write) \
  F(TLS_client_method) \
  F(X509_NAME_cmp) \
  F(X509_NAME_get_text_by_NID) \
  F(X509_VERIFY_PARAM_set_flags) \
  F(X509_check_host) \
  F(X509_check_private_key) \
  F(X509_free) \
  F(X509_get0_notAfter) \
  F(X509_get0_notBefore) \
  F(X509_get_X509_PUBKEY) \
  F(X509_get_ext_d2i) \
  F(X509_get_issuer_name) \
  F(X509_get_pubkey) \
  F(X509_get_signature_nid) \
  F(X509_get_subject_name) \
  F(X509_verify_cert_error_string) \
  F(i2d_X509) \
  F(i2d_X509_PUBKEY)

struct openssl_table {
#define OPENSSL_MEMBER(name) __typeof__(name) *_Nonnull name;
  OPENSSL_TABLE(OPENSSL_MEMBER)
#undef OPENSSL_MEMBER
};

/* The functions, or null where the library is missing or lacks one of them. Loads it at the first call; safe to call from
   several threads. */
const struct openssl_table *_Nullable openssl_load(void);

#endif
