# The standard headers that nearly every source includes, parsed once a target instead of once a source: a third of the
# time of a build of tests, a fifth of a sanitized build. The rooms are precompiled in sanitized builds only: a build that
# parses each source's includes notices one that is missing.
option(XUNCHA_PRECOMPILE "Precompile the standard headers of the rooms too" OFF)

function(xuncha_precompile target)
  # Not <filesystem>: its std::quoted would be found for our own.
  target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <functional> <map> <memory> <optional> <random> <set>
    <string> <string_view> <unordered_map> <unordered_set> <variant> <vector> ${ARGN})
endfunction()
