#include "daemon/mail/smtp_session.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string_view>

#include "crawler/ca_bundle.h"
#include "daemon/config/read.h"
#include "daemon/mail/smtp_dialogue.h"

namespace xuncha {
namespace {

struct Session {
  std::string_view rest;  // of the mail, not yet sent
  SmtpDialogue dialogue;
  const std::atomic<bool>& stop;
  std::chrono::steady_clock::time_point deadline;
};

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self) noexcept {
  auto& session = *static_cast<Session*>(self);
  const std::size_t bytes = std::min(size * count, session.rest.size());
  std::memcpy(buffer, session.rest.data(), bytes);
  session.rest.remove_prefix(bytes);
  return bytes;
}

int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) noexcept {
  auto& session = *static_cast<Session*>(self);
  const std::string_view bytes(data, size);
  if (type == CURLINFO_HEADER_OUT) session.dialogue.sent(bytes);
  if (type == CURLINFO_HEADER_IN) session.dialogue.received(bytes);
  if (type == CURLINFO_DATA_OUT) session.dialogue.sent_body();
  return 0;
}

int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  const auto& session = *static_cast<Session*>(self);
  // libcurl's own limit ends with the mail; it would then wait two minutes for the answer to its QUIT.
  return session.stop.load() || std::chrono::steady_clock::now() >= session.deadline ? 1 : 0;
}

bool start_curl() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

// Faults of the connection that do not pass by themselves.
bool is_lasting(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:  // STARTTLS is not offered
    case CURLE_LOGIN_DENIED:
    case CURLE_SSL_CIPHER:
      return true;
    default:
      return false;
  }
}

MailResult result_of(CURLcode code, const char* words, const SmtpDialogue& dialogue) {
  MailResult result;
  result.dialogue = dialogue.replies();
  if (code == CURLE_OK) {
    result.outcome = MailOutcome::kAccepted;
    return result;
  }
  result.outcome = dialogue.outcome();
  result.words = dialogue.words();
  if (!result.words.empty()) return result;
  result.outcome = is_lasting(code) ? MailOutcome::kMisconfigured : MailOutcome::kUnreachable;
  result.words = *words != '\0' ? words : curl_easy_strerror(code);
  return result;
}

MailResult misconfigured(const Error& error) {
  return {MailOutcome::kMisconfigured, error.where + ": " + error.message, {}};
}

}  // namespace

MailResult send_by_smtp(const MailJob& job, const SmtpLimits& limits, const std::atomic<bool>& stop) {
  const MailServer& server = job.server;
  std::string password;
  if (!server.user.empty()) {
    Result<std::string> secret = read_secret(server.password);
    if (!secret) return misconfigured(secret.error());
    password = std::move(secret).value();
  }
  const Result<CaBundle> authorities = CaBundle::open(limits.ca_file, server.cacert);
  if (!authorities && server.security != MailSecurity::kNone) return misconfigured(authorities.error());
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(start_curl() ? curl_easy_init() : nullptr,
                                                                   &curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
      curl_slist_append(nullptr, ("<" + job.to + ">").c_str()), &curl_slist_free_all);
  if (!handle || !recipients) return {MailOutcome::kUnreachable, "out of memory", {}};

  CURL* const curl = handle.get();
  const Milliseconds total = std::min(limits.total, job.patience);
  Session session{job.text, {}, stop, std::chrono::steady_clock::now() + total};
  char words[CURL_ERROR_SIZE] = "";
  const bool is_tls = server.security == MailSecurity::kTls;
  const std::string url = (is_tls ? "smtps://" : "smtp://") + server.host + ":" + std::to_string(server.port);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // never by the environment's proxies
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // a silent resolver must not hold us at the end
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);  // a kept connection is closed without asking on_progress
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(limits.connect, total).count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(total.count()));
  curl_easy_setopt(curl, CURLOPT_USE_SSL, server.security == MailSecurity::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  if (authorities) curl_easy_setopt(curl, CURLOPT_CAINFO, authorities.value().path().c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + job.from + ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(job.text.size()));
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &on_read);
  curl_easy_setopt(curl, CURLOPT_READDATA, &session);
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);  // the dialogue goes to on_debug alone
  curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &on_debug);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &session);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &session);
  const CURLcode code = curl_easy_perform(curl);
  return result_of(code, words, session.dialogue);
}

}  // namespace xuncha
