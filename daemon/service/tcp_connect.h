#pragma once

#include "daemon/service/vantage.h"

namespace boost::asio {
class io_context;
}

namespace xuncha {

// Opens TCP connections in that loop, each for at most limits::kProbeTimeout. The context must outlive what it gives.
Vantage::Connect tcp_connect(boost::asio::io_context& context);

}  // namespace xuncha
