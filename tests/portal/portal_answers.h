#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/portal/portal_data.h"

namespace xuncha::portal {

// A request as it came.
struct Request {
  std::string method;
  std::string scheme;  // of the port it came in at
  std::string target;  // raw
  std::string path;    // percent-decoded bytes, without query
  std::string query;   // percent-decoded bytes
  bool has_query = false;
  bool http10 = false;
  std::map<std::string, std::string> headers;  // names in lower case; the last of a name
  std::string header(const std::string& name) const;
  // Path and query of a request-target (RFC 9112 3.2.1).
  void set_target(std::string raw);
};

// What a portal's data says to requests, without sockets or time. Remembers how often a page was asked for, where
// visitors get one answer after another. Thread rule: confined to one thread.
class PortalAnswers {
 public:
  // `host` is one of the portal's; phase "" is the portal as it stands. A 200 has its Last-Modified; what the request's
  // own conditions make of the answer is for apply_conditions().
  Answer answer(const Host& host, const Request& request, const std::string& phase);

 private:
  Answer choose(const Host& host, const Request& request, const std::string& key, const Answer& page,
                const std::string& phase);
  Answer missing_answer(const Host& host);

  std::map<std::string, int> visits_;
  std::uint64_t random_pages_ = 0;
};

// Turns a 200 into 304, 206 or 416 where the request's headers ask for it (RFC 9110 13.2.2, 14.2).
void apply_conditions(const Request& request, Answer& answer);

}  // namespace xuncha::portal
