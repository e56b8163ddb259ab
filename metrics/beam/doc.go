// Package beam runs aggregates of customers on Apache Beam: the functions that
// package shard runs on one machine, over the same files, on many.
//
//	var statements = beam.Register("statements", func(rows beam.Rows, m calendar.Month) (*ledger.Cube, error) {
//		books, err := ledger.New(ledger.Options{Currency: "EUR"})
//		...
//		err = books.Load(rows.Changes())
//		...
//		return books.Cube(m, m, nil)
//	})
//
//	p, s := apache.NewPipelineWithRoot() // Beam's own package, imported as apache
//	sum, err := statements.Shards(s, "gs://bucket/books", month)
//	...
//	err = beam.Write(s, sum, "gs://bucket/statements")
//	...
//	err = beamx.Run(ctx, p)
//	...
//	cube, err := statements.Read(ctx, "gs://bucket/statements")
//
// The data path:
//
//	shards (files of customers) ─▶ ParDo: one aggregate each ─▶ CombineFn ─▶ one element ─▶ Write, Read
//	rows in any order ─▶ groups of customers ─▶ ParDo: one aggregate each ─┘
//
// Any aggregate of this library will do: cubes of statements, also by segment and
// by plan, cohort tables, replays, funnels, retention, graphs, attribution paths,
// cells of lifetime models. The result is that of one pass over everything, to
// the byte, whatever runner, bundles and number of machines there are, and that
// of [github.com/lifecycle-go/lifecycle/metrics/shard.Run].
//
// # Which way
//
// [Work.Shards] is for input that was partitioned by customer: a shard.Writer did
// so. Nothing travels but aggregates of a few kilobytes. [Work.Rows] is for rows
// that nobody partitioned, and costs many times as much, for every row goes to
// the machine of its customer. [Work.Combine] adds aggregates up that steps of
// yours computed. One machine that has the files needs none of it: shard.Run
// does the same without a pipeline, and keeps what is finished.
//
// # What a function is held to
//
// It gives an aggregate for any customers it is asked about, nobody included: a
// shard may be empty. It depends on its arguments alone. Parameters travel as
// JSON; what JSON would leave out (functions, unexported fields, locations) is
// refused when the pipeline is made. Its error and its panic end the pipeline,
// with the number of the shard or group, and there is no result then, not half of
// one; a runner may try again first. An error comes back as text, for it comes
// from another machine: errors.Is finds nothing in it. Aggregates with a customer
// in common, or made under different options, are refused when they are merged.
// What holds beyond one customer, such as that no two have an ID in common, is
// checked among the customers of one shard.
//
// # Only bytes cross
//
// Elements and accumulators are []byte in the binary form of the aggregates. Of a
// struct Beam encodes the exported fields, and those of a decimal are none: it
// arrives as zero, without an error. Do not put amounts into structs that cross;
// [ChangeRow] and [EventRow] make bytes of them.
//
// # Runners
//
// The tests run on Prism, the runner that comes with Beam's SDK for Go. Prism
// listens on all interfaces of the machine and asks nobody who they are: run it
// where nobody else can reach it, as these tests do in a network namespace of
// their own. Its authors made it for tests; it holds what it groups in memory.
// Flink, Spark and Dataflow were not tried.
//
// It is a module of its own. Only the local file system is linked by it; what
// Beam itself links is much.
package beam
