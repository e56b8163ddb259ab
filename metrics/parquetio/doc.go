// Package parquetio reads and writes spans, changes of subscriptions, events
// and statements as Parquet, the format in which warehouses export tables.
//
//	err := parquetio.WriteChanges(file, books.Changes(), parquetio.Options{})
//	...
//	err = books.Load(parquetio.Changes(file, parquetio.Options{}))
//
// A file has one column for each field, named as in the JSON of the type. Money
// is DECIMAL(38,12), exact; instants are TIMESTAMP in UTC, by the microsecond;
// what is not stated is NULL. Files of others are read where their columns have
// these names: columns may be missing unless they are required, stand in any
// order and beside others; decimals may be of any precision and scale, text that
// says a number, or integers; instants of any unit. Floating point is refused.
//
// A file is read row group by row group, in batches: memory is a few thousand
// rows and the pages that hold them, whose size is bounded whatever a file
// claims. Errors name the row and the column. [Integers] reads columns of
// numbers and instants at once, for programs that count themselves.
//
// It is a module of its own, over the parquet package of Apache Arrow for Go.
package parquetio
