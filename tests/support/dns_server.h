#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "crawler/connect_table.h"

namespace xuncha::test {

enum class RecordType : std::uint16_t { kA = 1, kNs = 2, kSoa = 6, kAaaa = 28 };

// What the server says to one question.
struct DnsReply {
  int code = 0;                        // RCODE: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  std::vector<std::string> addresses;  // texts of the asked family; names where those of servers are asked for
  std::uint32_t ttl = 300;
  std::string alias;                 // a CNAME before the addresses
  std::uint32_t negative_ttl = 600;  // MINIMUM of the SOA record in a negative answer
  bool silent = false;               // says nothing
  bool silent_over_udp = false;      // the same of datagrams alone
  bool silent_over_tcp = false;      // closes such connections
  bool only_tcp = false;             // an empty answer with TC over UDP, the whole by TCP
  bool authoritative = false;
  bool garbage = false;  // bytes that are no DNS message (after the identification)
};

// A scripted authority for every name, by UDP and TCP on one port of 127.0.0.1 or ::1. Names that it was not told are
// NXDOMAIN; a name that was told in one family only has no data in the other. Thread-safe.
class DnsServer {
 public:
  explicit DnsServer(Family family = Family::kIpv4);
  ~DnsServer();
  void set(const std::string& name, RecordType type, DnsReply reply);
  // What is said from the question on that comes after `after` others of that name and type.
  void set_later(const std::string& name, RecordType type, int after, DnsReply reply);
  Endpoint endpoint() const;
  int questions() const { return questions_; }
  int questions_by_tcp() const { return questions_by_tcp_; }

 private:
  void serve();
  std::string answer(const unsigned char* query, std::size_t size, bool tcp, bool& silent);
  DnsReply reply_for(const std::string& name, RecordType type);

  const Family family_;
  int udp_ = -1;
  int tcp_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> questions_{0};
  std::atomic<int> questions_by_tcp_{0};
  std::mutex mutex_;
  std::map<std::pair<std::string, RecordType>, DnsReply> replies_;
  std::map<std::pair<std::string, RecordType>, std::pair<int, DnsReply>> later_;
  std::thread thread_;
};

}  // namespace xuncha::test
