#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fetch.h"
#include "core/finding.h"
#include "core/url.h"
#include "core/verdict.h"

namespace xuncha {

// What an address promises by its extension or by the tag that refers to it.
enum class Promised : std::uint8_t { kPage, kAttachment, kImage, kResource };

// What the bytes are, as far as judging a link needs it.
enum class Received : std::uint8_t { kNothing, kHtml, kOther };

// What a page's text says of itself. Facts: wording found, not what it means.
struct WordingFacts {
  std::string not_found;  // phrase of an error page in a prominent place; empty when none
  std::string challenge;  // sign of a challenge page or gateway; empty when none
  std::string parked;     // wording of a domain for sale
  std::string gambling;   // wording of a gambling or pornographic site
  std::string unrelated;  // wording of another trade on a page that should be an institution's
};

// The looks of a page for comparison with the answer to a path that cannot exist.
struct PageLooks {
  std::uint64_t simhash = 0;
  std::uint64_t characters = 0;
  std::uint64_t title_hash = 0;  // hash64 of the title, 0 for none
  std::string final_url;         // where a redirect led
};

// How a host answers for a path that cannot exist (the negative baseline; docs/ARCHITECTURE.md, Soft 404).
struct NegativeBaseline {
  enum class Answer : std::uint8_t { kUnknown, kHonest, kPage, kRedirect };
  Answer answer = Answer::kUnknown;
  bool steady = false;  // two probes looked alike; else only title and wording may be compared
  PageLooks looks;
  std::uint64_t second_characters = 0;  // of the other probe
  bool of_record = false;               // asked of the target's own program, which may heed no number at all
};

// All that is known of one target when it is judged: its answer, the chain that led there, what its bytes are.
struct TargetFacts {
  Url asked;
  Url last;  // the URL that gave the final answer
  std::vector<RedirectHop> redirects;
  bool redirect_loop = false;
  bool redirect_limit = false;
  bool redirect_without_location = false;
  bool ends_at_home = false;   // `last` is the front door of its host or the site's home page
  bool asked_is_home = false;  // the link meant a front door itself

  TransportError error = TransportError::kNone;
  std::uint16_t status = 0;
  bool has_retry_after = false;
  bool body_cut = false;  // ended at our cap: size unknown
  std::uint64_t body_bytes = 0;

  Promised promised = Promised::kPage;
  Received received = Received::kNothing;
  std::string received_type;  // "html", "pdf", ... for the evidence
  bool is_external = false;
  bool script_only = false;  // HTML whose text and links a script is to fill in
  WordingFacts wording;
  PageLooks looks;
  NegativeBaseline baseline;  // of the host and directory, kUnknown when not asked
};

}  // namespace xuncha
