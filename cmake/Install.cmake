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
install(FILES core/workdays.txt DESTINATION ${shared})
install(FILES README.md README.zh-CN.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/xuncha)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/xuncha FILES_MATCHING PATTERN "*.md")

# The package: dependencies by dpkg-shlibdeps, what dpkg runs from deploy/debian.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME xuncha)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "xuncha maintainers <xuncha@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "patrol of government portals: broken links, stale columns, IPv6")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "xunchad walks the configured portals day and night and tells the person responsible, with proof, what is broken, stale, blank or unreachable. Findings are kept in a local store, told by mail, shown on pages and exported as metrics.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd, init-system-helpers, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/deploy/debian/conffiles;${CMAKE_SOURCE_DIR}/deploy/debian/postinst;${CMAKE_SOURCE_DIR}/deploy/debian/prerm;${CMAKE_SOURCE_DIR}/deploy/debian/postrm")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
include(CPack)
