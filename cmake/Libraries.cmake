# Third-party libraries, one interface target a room. Debian 12 packages only; names in deploy/packages.txt.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(EXPAT REQUIRED)
find_package(ZLIB REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(gumbo REQUIRED IMPORTED_TARGET gumbo)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(uchardet REQUIRED IMPORTED_TARGET uchardet)
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(psl REQUIRED IMPORTED_TARGET libpsl)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Boost is used by headers only (Asio); system is header-only since 1.69.
add_compile_definitions(BOOST_ERROR_CODE_HEADER_ONLY BOOST_ASIO_NO_DEPRECATED)

add_library(xuncha_libs_core INTERFACE)
target_link_libraries(xuncha_libs_core INTERFACE PkgConfig::idn2 PkgConfig::psl PkgConfig::xxhash OpenSSL::Crypto)

add_library(xuncha_libs_crawler INTERFACE)
target_link_libraries(xuncha_libs_crawler INTERFACE xuncha_libs_core Boost::headers CURL::libcurl PkgConfig::cares
  PkgConfig::gumbo PkgConfig::uchardet ICU::uc ICU::i18n EXPAT::EXPAT ZLIB::ZLIB OpenSSL::SSL PkgConfig::re2 Threads::Threads)

add_library(xuncha_libs_storage INTERFACE)
target_link_libraries(xuncha_libs_storage INTERFACE xuncha_libs_core RocksDB::rocksdb-shared Threads::Threads)

add_library(xuncha_libs_daemon INTERFACE)
target_link_libraries(xuncha_libs_daemon INTERFACE xuncha_libs_crawler xuncha_libs_storage spdlog::spdlog yaml-cpp
  nlohmann_json::nlohmann_json CLI11::CLI11 PkgConfig::systemd prometheus-cpp::core crypt)
