#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "daemon/config/configuration.h"
#include "daemon/patrol/own_network.h"

namespace xuncha {

// Where we stand: asks the configured anchors over both families whether our own network reaches the outside, every
// limits::kVantageInterval and whenever a patrol is in doubt. A family is up when any anchor answers over it, down when
// none does, and not known where no anchor can tell: a page without an address of that family, a certificate at fault
// or a redirect to another host (the login page of our own network), an address that the policy refuses.
// Thread rule: confined to the thread of the Fetcher.
class Vantage final : public OwnNetwork {
 public:
  // Opens a TCP connection, closes it, and tells whether it stood. The handler is called once, not from inside the
  // call, and may be called when the Vantage is gone.
  using Connect =
      std::function<void(const IpAddress& address, std::uint16_t port, std::function<void(bool connected)> handler)>;

  // The fetcher and the clock must outlive it.
  Vantage(Fetcher& fetcher, Connect connect, const Clock& clock);
  ~Vantage() override;

  // Takes over the anchors; others than before are asked at once. Without any nothing is asked nor known.
  void configure(const std::vector<Anchor>& anchors);
  // Asks when it is time. Call at wake_at().
  void pump();
  SteadyTime wake_at() const;

  // As last told; nullopt: not known. `family` is kIpv4 or kIpv6.
  std::optional<bool> up(Family family) const;
  void ask(Family family, Handler handler) override;

 private:
  struct State;
  // Handlers of questions under way hold it weakly.
  std::shared_ptr<State> state_;
};

}  // namespace xuncha
