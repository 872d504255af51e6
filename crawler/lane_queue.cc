#include "crawler/lane_queue.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace xuncha {
namespace {

std::uint32_t seconds_of(SteadyTime time) {
  return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

std::string_view lane_name(Lane lane) {
  static constexpr std::array<std::string_view, kLanes> kNames = {"probe",   "confirmation", "home",
                                                                  "recheck", "discovery",    "external"};
  return kNames[static_cast<std::size_t>(lane)];
}

std::uint32_t TaskPool::add(const Task& task, SteadyTime due) {
  CHECK(task.site < Task::kSitesMax);
  const std::uint32_t depth = std::min(task.depth, Task::kDepthMax);
  const Node node = {task.url, task.site & (Task::kSitesMax - 1), depth & Task::kDepthMax, seconds_of(due), kNone};
  ++used_;
  if (free_head_ == kNone) {
    CHECK(nodes_.size() < kNone);
    nodes_.push_back(node);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  const std::uint32_t index = free_head_;
  free_head_ = nodes_[index].next;
  nodes_[index] = node;
  return index;
}

void TaskPool::free(std::uint32_t index) {
  nodes_[index].next = free_head_;
  free_head_ = index;
  --used_;
}

void LaneQueue::push(TaskPool& pool, const Task& task, SteadyTime due) {
  const std::uint32_t node = pool.add(task, due);
  const std::uint16_t depth = task.lane == Lane::kDiscovery ? std::min(task.depth, Task::kDepthMax) : std::uint16_t{0};
  const auto before = [](const Strand& strand, const std::pair<Lane, std::uint16_t>& key) {
    return std::pair(strand.lane, strand.depth) < key;
  };
  const auto at = std::lower_bound(strands_.begin(), strands_.end(), std::pair(task.lane, depth), before);
  if (at == strands_.end() || at->lane != task.lane || at->depth != depth) {
    strands_.insert(at, Strand{node, node, task.lane, depth});
    return;
  }
  pool[at->tail].next = node;
  at->tail = node;
}

Task LaneQueue::pop_strand(TaskPool& pool, std::size_t index, HostId host) {
  Strand& strand = strands_[index];
  const std::uint32_t head = strand.head;
  const TaskPool::Node node = pool[head];
  const Task task = {node.site, node.url, host, static_cast<std::uint16_t>(node.depth), strand.lane};
  pool.free(head);
  if (head == strand.tail) {
    strands_.erase(strands_.begin() + static_cast<std::ptrdiff_t>(index));
  } else {
    strand.head = node.next;
  }
  return task;
}

std::optional<Task> LaneQueue::pop_probe(TaskPool& pool, HostId host) {
  if (!has_probe()) return std::nullopt;
  return pop_strand(pool, 0, host);
}

std::optional<Task> LaneQueue::pop_ordinary(TaskPool& pool, HostId host) {
  if (!has_ordinary()) return std::nullopt;
  constexpr std::size_t kNothing = ~std::size_t{0};
  std::array<std::size_t, kLanes> first;  // the lane's first strand: of discovery, the shallowest
  first.fill(kNothing);
  for (std::size_t index = strands_.size(); index-- > 0;) first[static_cast<std::size_t>(strands_[index].lane)] = index;

  std::size_t best = kNothing;
  int total = 0;
  for (std::size_t lane = static_cast<std::size_t>(Lane::kConfirmation); lane < kLanes; ++lane) {
    if (first[lane] == kNothing) {
      credit_[lane] = 0;
      continue;
    }
    credit_[lane] = static_cast<std::int16_t>(credit_[lane] + kLaneWeights[lane]);
    total += kLaneWeights[lane];
    if (best == kNothing || credit_[lane] > credit_[best]) best = lane;
  }
  credit_[best] = static_cast<std::int16_t>(credit_[best] - total);
  return pop_strand(pool, first[best], host);
}

void LaneQueue::note_ages(const TaskPool& pool, SteadyTime now,
                          std::array<std::chrono::seconds, kLanes>& oldest) const {
  for (const Strand& strand : strands_) {
    const auto age = static_cast<std::int32_t>(seconds_of(now) - pool[strand.head].due_seconds);
    auto& lane_age = oldest[static_cast<std::size_t>(strand.lane)];
    lane_age = std::max(lane_age, std::chrono::seconds(age));
  }
}

}  // namespace xuncha
