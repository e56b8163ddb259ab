package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/shopspring/decimal"
)

// File is what a reader needs: *os.File, *bytes.Reader.
type File interface {
	io.ReaderAt
	io.Seeker
}

// errStop ends a reading whose caller has enough.
var errStop = errors.New("stop")

// caught turns a panic of the format's library, as broken files bring about,
// into an error.
func caught(op string, err *error) {
	if v := recover(); v != nil {
		*err = broken(op, v)
	}
}

func broken(op string, v any) error {
	return fmt.Errorf("parquetio: %s: %w: %v", op, ErrFile, v)
}

// open reads the footer, within its limit.
func open(f File, o Options) (*file.Reader, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	var tail [8]byte
	if size < 12 {
		return nil, fmt.Errorf("%w: %d bytes", ErrFile, size)
	}
	if _, err := f.ReadAt(tail[:], size-8); err != nil {
		return nil, err
	}
	if n := int64(binary.LittleEndian.Uint32(tail[:])); n > o.MaxFooter {
		return nil, fmt.Errorf("%w: %s", ErrLimit, fault.AtMost(o.MaxFooter, "bytes of footer", n))
	}
	props := parquet.NewReaderProperties(memory.NewGoAllocator())
	props.MaxCompressedPageSize, props.MaxUncompressedPageSize = o.MaxPage, o.MaxPage
	props.BufferedStreamEnabled, props.BufferSize = true, 1<<18 // not a whole column at once
	r, err := file.NewParquetReader(f, file.WithReadProps(props))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	if n := r.NumRows(); n < 0 || n > o.MaxRows {
		return nil, fmt.Errorf("%w: %s", ErrLimit, fault.AtMost(o.MaxRows, "rows", n))
	}
	if n := r.MetaData().Schema.NumColumns(); n > maxColumns {
		return nil, fmt.Errorf("%w: %s", ErrLimit, fault.AtMost(maxColumns, "columns", int64(n)))
	}
	return r, nil
}

// source is a column of a file that values of a kind are read from.
type source struct {
	index   int
	name    string
	kind    kind
	scale   int32 // of decimals
	decimal bool
	unit    int64 // nanoseconds of an instant's unit
	levels  int16 // of a value that is there
}

// find says where a column is, and whether its values can be read exactly.
func find(sc *schema.Schema, name string, k kind) (s source, ok bool, err error) {
	index := -1
	for i := range sc.NumColumns() {
		if c := sc.Column(i); len(c.ColumnPath()) == 1 && strings.EqualFold(c.Name(), name) {
			if index >= 0 {
				return s, false, fmt.Errorf("%w: %s is there twice", ErrColumn, name)
			}
			index = i
		}
	}
	if index < 0 {
		return s, false, nil
	}
	c := sc.Column(index)
	s = source{index: index, name: name, kind: k, levels: c.MaxDefinitionLevel()}
	bad := func() (source, bool, error) {
		return s, false, fmt.Errorf("%w: %s is %s (%s)", ErrColumn, name, c.PhysicalType(), c.LogicalType())
	}
	if c.MaxRepetitionLevel() != 0 || s.levels > 1 {
		return bad()
	}
	physical := c.PhysicalType()
	whole := physical == parquet.Types.Int32 || physical == parquet.Types.Int64
	bytes := physical == parquet.Types.ByteArray
	if t, ok := c.LogicalType().(schema.DecimalLogicalType); ok {
		if s.decimal, s.scale = true, t.Scale(); s.scale < 0 || s.scale > 76 {
			return bad()
		}
	}
	switch k {
	case texts:
		if !bytes || s.decimal {
			return bad()
		}
	case instants:
		t, ok := c.LogicalType().(schema.TimestampLogicalType)
		if !ok || physical != parquet.Types.Int64 {
			return bad()
		}
		switch t.TimeUnit() {
		case schema.TimeUnitMillis:
			s.unit = 1_000_000
		case schema.TimeUnitMicros:
			s.unit = 1000
		case schema.TimeUnitNanos:
			s.unit = 1
		default:
			return bad()
		}
	case decimals:
		if !whole && !bytes && !(s.decimal && physical == parquet.Types.FixedLenByteArray) {
			return bad()
		}
	case integers:
		if !whole || s.decimal && s.scale != 0 {
			return bad()
		}
	case booleans:
		if physical != parquet.Types.Boolean {
			return bad()
		}
	}
	return s, true, nil
}

const batchRows = 4096

// read yields the rows of a table, and one error at the end where there is one.
func read[T any](op string, f File, fields []field[T], o Options) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		stopped := false
		err := readAll(op, f, fields, o, func(r T) error {
			// What a caller panics with is not the file's fault.
			if stopped = true; !yield(r, nil) {
				return errStop
			}
			stopped = false
			return nil
		}, &stopped)
		if err != nil && !stopped {
			var none T
			yield(none, err)
		}
	}
}

func readAll[T any](op string, f File, fields []field[T], o Options, yield func(T) error, calling *bool) (err error) {
	if o, err = o.filled(); err != nil {
		return err
	}
	defer func() {
		if *calling {
			return // the caller's own panic goes on
		}
		if v := recover(); v != nil { // only the deferred function itself can
			err = broken(op, v)
		}
	}()
	return fmtErr(op, readGroups(f, fields, o, yield))
}

func fmtErr(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("parquetio: %s: %w", op, err)
}

func readGroups[T any](f File, fields []field[T], o Options, yield func(T) error) error {
	r, err := open(f, o)
	if err != nil {
		return err
	}
	var sources []source
	var used []*field[T]
	for i := range fields {
		s, ok, err := find(r.MetaData().Schema, fields[i].name, fields[i].kind)
		if err != nil {
			return err
		}
		if !ok {
			if fields[i].required {
				return fmt.Errorf("%w: %s is missing", ErrColumn, fields[i].name)
			}
			continue
		}
		sources, used = append(sources, s), append(used, &fields[i])
	}
	done := int64(0)
	batch := make([]T, batchRows)
	for g := range r.NumRowGroups() {
		group := r.RowGroup(g)
		// A page of one byte may say millions of values: what a group claims is
		// bounded too.
		if n := group.NumRows(); n < 0 || n > o.MaxRows-done {
			return fmt.Errorf("%w: %s", ErrLimit, fault.AtMost(o.MaxRows, "rows in row groups", n))
		}
		columns := make([]*chunk, len(sources))
		for i := range sources {
			c, err := group.Column(sources[i].index)
			if err != nil {
				return fmt.Errorf("%w: column %s: %w", ErrFile, sources[i].name, err)
			}
			columns[i] = &chunk{source: &sources[i], in: c}
		}
		for left := group.NumRows(); left > 0; {
			n := int(min(left, batchRows))
			clear(batch)
			for i, c := range columns {
				if err := c.read(n, done, func(k int, v value) error {
					if v.null && used[i].required {
						return atRow(done+int64(k)+1, c.name, "NULL", "want a value", ErrValue)
					}
					if v.null {
						return nil
					}
					if err := used[i].take(&batch[k], v); err != nil {
						return atRow(done+int64(k)+1, c.name, v.text, "", err)
					}
					return nil
				}); err != nil {
					return err
				}
			}
			for k := range n {
				if err := yield(batch[k]); err != nil {
					return err
				}
			}
			done += int64(n)
			left -= int64(n)
		}
	}
	return nil
}

// chunk is a column of one row group, being read.
type chunk struct {
	*source
	in     file.ColumnChunkReader
	levels [batchRows]int16
	i64    []int64
	i32    []int32
	bytes  []parquet.ByteArray
	fixed  []parquet.FixedLenByteArray
	bools  []bool
	last   string // texts repeat
}

// fill reads until n rows are there; a library may give fewer at a time. Byte
// arrays of one call are gone with the next, so each call is told at once.
func fill[V any](c *chunk, buf *[]V, n int, read func(int64, []V, []int16, []int16) (int64, int, error), tell func(at int, levels []int16, values []V) error) error {
	if *buf == nil {
		*buf = make([]V, batchRows)
	}
	for at := 0; at < n; {
		rows, values, err := read(int64(n-at), *buf, c.levels[:], nil)
		if err != nil {
			return fmt.Errorf("%w: column %s: %w", ErrFile, c.name, err)
		}
		if rows <= 0 {
			return fmt.Errorf("%w: column %s ends before its rows do", ErrFile, c.name)
		}
		if err := tell(at, c.levels[:rows], (*buf)[:values]); err != nil {
			return err
		}
		at += int(rows)
	}
	return nil
}

// spread tells rows of values and NULLs.
func spread[V any](c *chunk, done int64, take func(int, value) error, of func(V) (value, error)) func(int, []int16, []V) error {
	return func(at int, levels []int16, values []V) error {
		next := 0
		for k := range levels {
			if c.source.levels > 0 && levels[k] < c.source.levels {
				if err := take(at+k, value{null: true}); err != nil {
					return err
				}
				continue
			}
			if next >= len(values) {
				return fmt.Errorf("%w: column %s has fewer values than rows", ErrFile, c.name)
			}
			v, err := of(values[next])
			if next++; err != nil {
				return atRow(done+int64(at+k)+1, c.name, fmt.Sprint(values[next-1]), "", err)
			}
			if err := take(at+k, v); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *chunk) read(n int, done int64, take func(int, value) error) error {
	switch in := c.in.(type) {
	case *file.Int64ColumnChunkReader:
		return fill(c, &c.i64, n, in.ReadBatch, spread(c, done, take, c.ofInt))
	case *file.Int32ColumnChunkReader:
		return fill(c, &c.i32, n, in.ReadBatch, spread(c, done, take, func(n int32) (value, error) { return c.ofInt(int64(n)) }))
	case *file.ByteArrayColumnChunkReader:
		return fill(c, &c.bytes, n, in.ReadBatch, spread(c, done, take, func(b parquet.ByteArray) (value, error) { return c.ofBytes(b) }))
	case *file.FixedLenByteArrayColumnChunkReader:
		return fill(c, &c.fixed, n, in.ReadBatch, spread(c, done, take, func(b parquet.FixedLenByteArray) (value, error) { return c.ofBytes(b) }))
	case *file.BooleanColumnChunkReader:
		return fill(c, &c.bools, n, in.ReadBatch, spread(c, done, take, func(b bool) (value, error) {
			if b {
				return value{n: 1}, nil
			}
			return value{}, nil
		}))
	default:
		return fmt.Errorf("%w: %s is %T", ErrColumn, c.name, c.in)
	}
}

func (c *chunk) ofInt(n int64) (value, error) {
	switch c.kind {
	case instants:
		if n > math.MaxInt64/c.unit || n < math.MinInt64/c.unit {
			return value{}, fmt.Errorf("%w: an instant outside the years 1678 to 2261", ErrValue)
		}
		return value{n: n * c.unit, text: strconv.FormatInt(n, 10)}, nil
	case decimals:
		return exact(decimal.New(n, -c.scale))
	default:
		return value{n: n, text: strconv.FormatInt(n, 10)}, nil
	}
}

func (c *chunk) ofBytes(b []byte) (value, error) {
	switch {
	case c.kind == decimals && c.decimal:
		d, err := decimalOf(b, c.scale)
		if err != nil {
			return value{}, err
		}
		return exact(d)
	case c.kind == decimals:
		if len(b) > 64 {
			return value{}, fmt.Errorf("%w: %s", ErrValue, fault.AtMost(64, "bytes of a number", int64(len(b))))
		}
		d, err := decimal.NewFromString(string(b))
		if err == nil {
			err = num.Check(d)
		}
		if err != nil {
			return value{}, fmt.Errorf("%w: %w", ErrValue, err)
		}
		return exact(d)
	}
	if string(b) != c.last {
		if !utf8.Valid(b) {
			return value{}, fmt.Errorf("%w: want valid UTF-8", ErrValue)
		}
		c.last = string(b)
	}
	return value{text: c.last}, nil
}

// exact is a decimal without the zeros that a scale brings along.
func exact(d decimal.Decimal) (value, error) {
	d = d.Normalize()
	if d.Exponent() > 0 {
		d = decimal.NewFromBigInt(d.BigInt(), 0)
	}
	return value{dec: d, text: d.String()}, nil
}
