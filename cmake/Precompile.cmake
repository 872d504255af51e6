# The standard headers that nearly every source includes, parsed once a target instead of once a source: a fifth of a
# sanitized build. Off elsewhere: a build that parses them once does not notice an include that is missing.
option(XUNCHA_PRECOMPILE "Precompile the standard headers" OFF)

function(xuncha_precompile target)
  if(XUNCHA_PRECOMPILE)
    # Not <filesystem>: its std::quoted would be found for our own.
    target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <functional> <map> <memory> <optional>
      <random> <set> <string> <string_view> <unordered_map> <unordered_set> <variant> <vector> ${ARGN})
  endif()
endfunction()
