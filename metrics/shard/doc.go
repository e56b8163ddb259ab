// Package shard is for more rows than memory holds: a shard is a file of
// customers.
//
//	w, err := shard.Create(dir, shard.Options{Shards: 256})
//	...
//	for change, err := range rows { err = w.Change(change) } // any order, events by w.Event
//	set, err := w.Close()
//
//	cube, err := shard.Run(ctx, set, func(s shard.Shard) (*ledger.Cube, error) {
//		books, err := ledger.New(options)
//		...
//		err = books.Load(s.Changes())
//		...
//		return books.Cube(from, to, nil)
//	}, shard.RunOptions{Name: "statements"})
//	months := cube.Statements()
//
// A [Writer] deals rows out to files by a hash of the customer, so that each
// customer is in one file with all of their rows. [Run] reads one file for each
// processor at a time, computes an aggregate of it, and merges those of all:
// the same, to the byte, as one pass over everything. Any aggregate of this
// library will do: cubes of statements, cohort tables, replays, funnels,
// retention, graphs, attribution paths, cells of lifetime models.
//
// What holds of more than one customer is seen among those of a shard only: a
// ledger that is given everything refuses an ID of a change that two customers
// have, and here it does so where both are in one file. Whether two have an ID in
// common is a matter for whoever gives IDs.
//
// Rows that travel without a file are [Blocks]; package metrics/beam runs the
// same functions over the same files on Apache Beam.
//
// What is finished is kept beside the files, so a run that was broken off goes
// on where it was. Memory is that of the files being read, with a hundred million
// rows in 256 files some dozen megabytes a processor, and of what was merged: the
// customers, some four bytes each where their ids are numbered and about the length
// of the id where it is random, and exact durations, eight bytes each. With
// mining.Options.Sketch a graph keeps no durations.
package shard
