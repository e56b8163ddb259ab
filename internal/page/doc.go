// Package page writes tables and pages that people read: a table as CSV,
// Markdown, HTML and as text of a given width, one self-contained HTML
// document around tables and pictures, and numbers as they stand in both. It
// is the one home of these forms, behind the journey map and the reports.
//
// What is written is safe whatever it holds: texts are escaped for the form
// they go into, cells of CSV are disarmed, a document has no script and
// fetches nothing, and its content security policy holds it to that. Equal
// input gives equal bytes.
package page
