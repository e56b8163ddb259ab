package parquetio

import (
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// Integers reads whole columns of integers, instants in the unit of the file,
// and decimals of at most 18 digits as their unscaled number, each into one slice
// in the order of rows: what a program wants that counts itself, or feeds
// ledger.Numbered. Row groups are read on all processors. A column that is
// missing, is stored otherwise, or has a NULL is an error. Memory is 8 bytes a
// value, bounded by Options.MaxRows before it is taken.
func Integers(f File, o Options, names ...string) (out [][]int64, err error) {
	const op = "integers"
	if o, err = o.filled(); err != nil {
		return nil, err
	}
	defer caught(op, &err)
	r, err := open(f, o)
	if err != nil {
		return nil, fmtErr(op, err)
	}
	sc := r.MetaData().Schema
	index := make([]int, len(names))
	for i, name := range names {
		index[i] = sc.ColumnIndexByName(name)
		if index[i] < 0 {
			return nil, fmtErr(op, fmt.Errorf("%w: %s is missing", ErrColumn, name))
		}
		c := sc.Column(index[i])
		if t := c.PhysicalType(); t != parquet.Types.Int64 && t != parquet.Types.Int32 || c.MaxRepetitionLevel() != 0 || c.MaxDefinitionLevel() > 1 {
			return nil, fmtErr(op, fmt.Errorf("%w: %s is %s (%s)", ErrColumn, name, t, c.LogicalType()))
		}
	}
	// What a footer claims costs no memory: it must be in the pages.
	var starts []int64
	total := int64(0)
	for g := range r.NumRowGroups() {
		starts = append(starts, total)
		n := r.MetaData().RowGroup(g).NumRows()
		if n < 0 || n > o.MaxRows-total {
			return nil, fmtErr(op, fmt.Errorf("%w: row groups of more than %d rows", ErrLimit, o.MaxRows))
		}
		total += n
	}
	// Columns of a file that is dense enough are read in place; of another they
	// grow with what is there.
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmtErr(op, err)
	}
	dense := total <= size*8
	if out = make([][]int64, len(names)); dense {
		for i := range out {
			out[i] = make([]int64, total)
		}
	}
	parts := make([][][]int64, len(starts))
	errs := make([]error, len(starts))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for g := range starts {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			defer caught(op, &errs[g])
			room := make([][]int64, len(names))
			if dense {
				n := r.MetaData().RowGroup(g).NumRows()
				for i := range room {
					room[i] = out[i][starts[g] : starts[g] : starts[g]+n]
				}
			}
			parts[g], errs[g] = integersOf(r, g, index, names, starts[g], room)
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmtErr(op, err)
		}
	}
	for i := range out {
		if dense {
			break
		}
		for g := range parts {
			out[i] = append(out[i], parts[g][i]...)
			parts[g][i] = nil
		}
	}
	return out, nil
}

func integersOf(r *file.Reader, g int, index []int, names []string, first int64, out [][]int64) ([][]int64, error) {
	group := r.RowGroup(g)
	rows := group.NumRows()
	for i, at := range index {
		c, err := group.Column(at)
		if err != nil {
			return nil, fmt.Errorf("%w: column %s: %w", ErrFile, names[i], err)
		}
		// A page is at least one byte: no more room than the chunk could need.
		levels := make([]int16, batchRows*4)
		var narrow []int32
		for int64(len(out[i])) < rows {
			have := len(out[i])
			n := int(min(rows-int64(have), int64(len(levels))))
			if cap(out[i])-have < n {
				grown := make([]int64, have, min(rows, max(2*int64(cap(out[i])), int64(have+n), 1<<16)))
				copy(grown, out[i])
				out[i] = grown
			}
			var read int64
			var values int
			switch c := c.(type) {
			case *file.Int64ColumnChunkReader:
				read, values, err = c.ReadBatch(int64(n), out[i][have:have+n], levels, nil)
			case *file.Int32ColumnChunkReader:
				if narrow == nil {
					narrow = make([]int32, len(levels))
				}
				read, values, err = c.ReadBatch(int64(n), narrow[:n], levels, nil)
				for k, v := range narrow[:max(values, 0)] {
					out[i][have : have+n][k] = int64(v)
				}
			default:
				err = fmt.Errorf("%w: %T", ErrColumn, c)
			}
			switch {
			case err != nil:
				return nil, fmt.Errorf("%w: column %s: %w", ErrFile, names[i], err)
			case read <= 0:
				return nil, fmt.Errorf("%w: column %s ends before its rows do", ErrFile, names[i])
			case int64(values) != read:
				for k := range read { // the first NULL
					if levels[k] == 0 {
						return nil, atRow(first+int64(have)+k+1, names[i], "NULL", "want a value", ErrValue)
					}
				}
				return nil, fmt.Errorf("%w: column %s has fewer values than rows", ErrFile, names[i])
			}
			out[i] = out[i][:have+values]
		}
	}
	return out, nil
}
