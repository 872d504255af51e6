#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/column.h"
#include "core/portal.h"

namespace xuncha {

// What is kept of a reading of a column, and by what the same list is known again at another address. Pure; any thread.

// Of the code that reads lists: raised when it reads them otherwise, so that what is remembered is read anew.
inline constexpr std::uint32_t kColumnReader = 3;

ColumnSight sight_of(const ListFacts& list, WallTime now);

// The items of `list`, whose sight is `sight`, that a reading of the same list at `read_before` showed as `before` must
// have shown by their days and did not, each `gap_days` or more older than that reading. None where the two cannot be
// compared: out of order, read otherwise, at new addresses, or when something else was taken off.
std::vector<LateItem> late_items(const ListFacts& list, const ColumnSight& sight, const ColumnSight& before,
                                 WallTime read_before, WallTime now, std::uint32_t gap_days);
// Forgets those that the list, shown in order, dates otherwise now or does not show any more.
void forget_mended(std::vector<LateItem>& late, const ListFacts& list, const ColumnSight& sight);

// Items that came late within a month: more in one list, or in all, are an import or a new editor's arrears.
inline constexpr std::size_t kLateOfColumn = 2;
inline constexpr std::size_t kLateOfSite = 5;
bool came_together(const LateItem& one, const LateItem& other);
// Did so few come late into its list about when it did, but for what is known to have stood elsewhere?
bool is_late_alone(const ColumnRecord& record, const LateItem& item);
// Do the days in its list say when its items were published? Documents, reports, letters and topics go by others.
bool is_dated_by_publication(const ColumnRecord& record);

// The characters of a title that tell it from others: without blanks and the marks that portals put before it, up to
// where it was cut, `characters_max` at most.
std::string title_head(std::string_view title, std::size_t characters_max);
// The same of a title that is whole, in which such a head is looked for.
std::string title_text(std::string_view title);

// The share of the smaller list's items that stand in both, 0 to 1: 1 where one goes on where the other ends. By the
// first characters of the titles, since a redesign changes addresses and cuts titles elsewhere. 0 where one of them has
// fewer than three.
double shared_items(const ColumnSight& one, const ColumnSight& other);

// Are they one list at two addresses? One name, and most of the items; or nearly all of many items under another name.
bool is_same_list(const ColumnRecord& one, const ColumnRecord& other);

// The address without scheme and host: a portal under http and https, with and without www., is one portal.
std::string_view without_origin(std::string_view url);
// Up to the last "/" of the address.
std::string folder_of(std::string_view url);

// Notes another address, of which a few are kept.
void add_address(ColumnRecord& record, const std::string& url);
void drop_address(ColumnRecord& record, const std::string& url);

// The key of the address, by which columns are looked up.
std::string address_key(const std::string& url);
// Its list was seen: what was suspected of its absence falls.
void note_back(ColumnRecord& record);

// Times still to come were written by a clock that was set back since: they become `now`. True if there was one.
bool redate(ColumnRecord& record, WallTime now);

// Cuts what a portal may write at any length.
void bound_texts(ColumnRecord& record);

}  // namespace xuncha
