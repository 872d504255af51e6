#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "crawler/task.h"

namespace xuncha {

// The memory of all queued tasks: 16 bytes each, links included, whatever the number of queues they stand in. Freed
// places are used again. Thread rule: confined to one thread.
class TaskPool {
 public:
  // No task; the end of a chain.
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  struct Node {
    UrlNumber url;
    std::uint32_t site : 20;
    std::uint32_t depth : 12;
    std::uint32_t due_seconds;  // on the steady clock, modulo 2^32
    std::uint32_t next;
  };
  static_assert(sizeof(Node) == 16);

  std::uint32_t add(const Task& task, SteadyTime due);
  void free(std::uint32_t index);
  Node& operator[](std::uint32_t index) { return nodes_[index]; }
  const Node& operator[](std::uint32_t index) const { return nodes_[index]; }
  std::size_t size() const { return used_; }

 private:
  std::vector<Node> nodes_;
  std::uint32_t free_head_ = kNone;
  std::size_t used_ = 0;
};

// What waits for one host: first in first out in each lane, discovery by depth before order. An empty queue owns no
// memory but its own. Thread rule: confined to one thread.
class LaneQueue {
 public:
  void push(TaskPool& pool, const Task& task, SteadyTime due);
  // The next task of the probe lane, or of the others by their weights (smooth weighted round robin: over any run of
  // picks with all lanes waiting each lane stays within one pick of its share; an idle lane saves nothing up).
  // `host` is written into the task. nullopt when nothing of that kind waits.
  std::optional<Task> pop_probe(TaskPool& pool, HostId host);
  std::optional<Task> pop_ordinary(TaskPool& pool, HostId host);

  bool has_probe() const { return !strands_.empty() && strands_.front().lane == Lane::kProbe; }
  bool has_ordinary() const { return !strands_.empty() && strands_.back().lane != Lane::kProbe; }
  bool empty() const { return strands_.empty(); }
  // Raises `oldest[lane]` to the age of the lane's oldest task.
  void note_ages(const TaskPool& pool, SteadyTime now, std::array<std::chrono::seconds, kLanes>& oldest) const;

 private:
  // One chain of tasks; discovery has one a depth, the other lanes one.
  struct Strand {
    std::uint32_t head;
    std::uint32_t tail;
    Lane lane;
    std::uint16_t depth;  // 0 where the lane does not order by it
  };
  Task pop_strand(TaskPool& pool, std::size_t index, HostId host);

  std::vector<Strand> strands_;  // sorted by lane and depth, none empty
  std::array<std::int16_t, kLanes> credit_{};
};

}  // namespace xuncha
