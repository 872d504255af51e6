#pragma once

#include <vector>

#include "core/clock.h"
#include "core/ip_address.h"
#include "core/result.h"
#include "crawler/curl_shard.h"
#include "daemon/cli/check_options.h"

namespace xuncha {

// A shard that reaches the network as the command line asked: our own User-Agent, address policy, pinned
// addresses, resolver, certificates, and the families that work from here. `clock` must outlive the shard.
Result<ShardOptions> shard_options(const NetworkOptions& options, const Clock& clock);

// Does IPv6 leave this machine: is there a route to the IPv6 internet, or a range of it that the operator declared to
// be within reach? Sends nothing.
bool speaks_ipv6(const std::vector<Cidr>& permitted);

}  // namespace xuncha
