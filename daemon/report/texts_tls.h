#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/finding.h"
#include "daemon/report/texts.h"

// What people are told of a certificate: the patterns of texts_zh.cc and texts_en.cc name these values, and the
// evidence shows these lines. Immutable; any thread.
namespace xuncha {

// Has the reason words of its own where this rule tells it? Then the row that they stand in, else nullptr. The rows of
// site.tls are "site.tls <reason>" of Texts::reasons.
const ReasonTexts* reason_of_rule(const Texts& texts, const Finding& finding);

// {validity} {valid_from} {valid_to} {names} {chain} of a finding of site.tls; nothing for others.
std::vector<std::pair<std::string_view, std::string>> certificate_values(const Texts& texts, const Finding& finding);

// Whom the certificate is for, who gave it, from when until when (Beijing time), its fingerprint.
std::vector<EvidenceLine> certificate_lines(const Texts& texts, const Finding& finding);

// Is this field of Evidence::headers one of a certificate, and not one of an answer?
bool is_certificate_field(std::string_view name);

}  // namespace xuncha
