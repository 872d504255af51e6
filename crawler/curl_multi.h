#pragma once

// Only for the files that speak libcurl: curl_multi.cc, curl_transfer.cc, curl_shard.cc.
#include <curl/curl.h>

#include <functional>
#include <memory>

#include "core/result.h"

namespace boost::asio {
class io_context;
}

namespace xuncha {

// One curl multi handle in the loop of an io_context: its sockets by an EpollWatch, its clock by one
// timer. libcurl is never entered from one of its own callbacks.
// Thread rule: confined to the thread of the io_context. Must not be destroyed from a handler.
class CurlMulti {
 public:
  struct Handlers {
    std::function<void(CURL*, CURLcode)> done;  // the handle is still added: remove it
    std::function<void()> failed;               // the state of all transfers is unknown: remove them, call rebuild()
    std::function<void()> settled;              // after all `done` and `failed` of one turn
  };
  static Result<std::unique_ptr<CurlMulti>> create(boost::asio::io_context& context, long connections_kept,
                                                   Handlers handlers);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  bool add(CURL* easy);
  void remove(CURL* easy);
  // Drops every connection and starts afresh. No handle may be added.
  bool rebuild();

 private:
  struct State;
  explicit CurlMulti(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace xuncha
