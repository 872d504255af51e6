#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "crawler/curl_shard.h"
#include "daemon/cli/check_options.h"

namespace xuncha {

// A shard that reaches the network as the command line asked: our own User-Agent (CONTRACT 2), address policy, pinned
// addresses, resolver, certificates, and the families that work from here. `clock` must outlive the shard.
Result<ShardOptions> shard_options(const NetworkOptions& options, const Clock& clock);

}  // namespace xuncha
