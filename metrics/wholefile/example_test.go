package wholefile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lifecycle-go/lifecycle/metrics/wholefile"
)

func temporary() (string, func()) {
	dir, err := os.MkdirTemp("", "wholefile")
	if err != nil {
		panic(err)
	}
	return filepath.Join(dir, "books.bin"), func() { _ = os.RemoveAll(dir) }
}

func ExampleWrite() {
	name, done := temporary()
	defer done()
	for _, books := range []string{"the first books", "the second"} {
		if err := wholefile.Write(name, []byte(books), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	got, err := os.ReadFile(name)
	fmt.Println(string(got), err)
	// Output:
	// the second <nil>
}

func ExampleWriteFrom() {
	name, done := temporary()
	defer done()
	err := wholefile.WriteFrom(name, 0o600, func(w io.Writer) error {
		for shard := range 3 {
			if _, err := fmt.Fprintf(w, "shard %d\n", shard); err != nil {
				return err
			}
		}
		return nil
	})
	got, _ := os.ReadFile(name)
	fmt.Print(string(got), err)
	// Output:
	// shard 0
	// shard 1
	// shard 2
	// <nil>
}

func ExampleSweep() {
	name, done := temporary()
	defer done()
	if err := wholefile.Write(name, nil, 0o600); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(wholefile.Sweep(name))
	// Output:
	// 0 <nil>
}
