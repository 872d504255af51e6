# Where things go on a Debian machine. `cmake --install build` as it is, or `cpack -G DEB` in the build directory.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "" FORCE)  # the unit and the documents say so
endif()
include(GNUInstallDirs)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)

foreach(program xuncha xunchad)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

# systemd looks for units and users below lib, never below lib/x86_64-linux-gnu.
install(FILES deploy/systemd/xunchad.service DESTINATION lib/systemd/system)
install(FILES deploy/sysusers.d/xuncha.conf DESTINATION lib/sysusers.d)
install(FILES deploy/tmpfiles.d/xuncha.conf DESTINATION lib/tmpfiles.d)
install(FILES deploy/config/xuncha.yml DESTINATION /etc/xuncha)
install(DIRECTORY DESTINATION /etc/xuncha/sites.d)
install(FILES deploy/config/xunchad.default DESTINATION /etc/default RENAME xunchad)

set(shared ${CMAKE_INSTALL_DATADIR}/xuncha)
install(DIRECTORY deploy/prometheus deploy/alertmanager deploy/grafana dashboards DESTINATION ${shared})
install(FILES README.md README.zh-CN.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/xuncha)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/xuncha FILES_MATCHING PATTERN "*.md")
