// Package wholefile writes a file whole or not at all: books, the state of a feed,
// a shard. A program that is killed, or a machine that loses power, in the middle
// of os.WriteFile leaves a torn file where a good one was.
//
//	state, err := feed.MarshalBinary()
//	...
//	err = wholefile.Write("books/feed.bin", state, 0o600)
//
// The data path: the content goes to a new file in the same folder, is brought to
// the disk (fsync), takes the name of the old file in one step (rename), and the
// folder is brought to the disk too. Whoever reads the name, at whatever moment,
// reads the old content or the new. A writer that is killed may leave its new file
// behind, named .NAME.*.part; [Sweep] removes what lies so.
package wholefile
