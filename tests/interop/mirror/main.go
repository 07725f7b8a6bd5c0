// Verifies a mirror of the log with the packages of Go's own checksum database, golang.org/x/mod/sumdb, which the
// formats of C2SP (signed-note, tlog-tiles) come from: the signature of the checkpoint, every tile and every leaf
// against its root, and the proofs between trees of the past and this one.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tests/interop/mirror/main.go DIR VERIFIER_KEY
//
// Ends with 0 and a line that says how many leaves, or with 1 and what does not fit.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Tiles of C2SP tlog-tiles have 256 hashes.
const height = 8

// mirror reads tiles from a folder with the paths of C2SP, which leave the height out.
type mirror string

func (dir mirror) Height() int                         { return height }
func (dir mirror) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (dir mirror) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(dir.path(strconv.Itoa(tile.L), tile))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (dir mirror) path(level string, tile tlog.Tile) string {
	named := strings.SplitN(tile.Path(), "/", 4)
	return filepath.Join(string(dir), "tile", level, filepath.FromSlash(named[3]))
}

// leaves gives the leaves of one bundle of entries, each behind its length in two bytes.
func (dir mirror) leaves(number, width int64) ([][]byte, error) {
	bundle := tlog.Tile{H: height, L: 0, N: number, W: int(width)}
	data, err := os.ReadFile(dir.path("entries", bundle))
	if err != nil {
		return nil, err
	}
	var leaves [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d is cut short", number)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		leaves, data = append(leaves, data[2:end]), data[end:]
	}
	if int64(len(leaves)) != width {
		return nil, fmt.Errorf("bundle %d holds %d leaves", number, len(leaves))
	}
	return leaves, nil
}

// checkpoint gives the tree that the log's key signed.
func (dir mirror) checkpoint(key string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	text, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("the checkpoint is of another log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func verify(dir mirror, key string) (int64, error) {
	tree, err := dir.checkpoint(key)
	if err != nil {
		return 0, err
	}
	// Whatever this reads is proved under the root first.
	hashes := tlog.TileHashReader(tree, dir)
	for first := int64(0); first < tree.N; first += 1 << height {
		width := tree.N - first
		if width > 1<<height {
			width = 1 << height
		}
		leaves, err := dir.leaves(first>>height, width)
		if err != nil {
			return 0, err
		}
		for place, leaf := range leaves {
			number := first + int64(place)
			proof, err := tlog.ProveRecord(tree.N, number, hashes)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, number, tlog.RecordHash(leaf)); err != nil {
				return 0, fmt.Errorf("leaf %d: %v", number, err)
			}
		}
	}
	for size := int64(1); size <= tree.N; size++ {
		older, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return 0, err
		}
		proof, err := tlog.ProveTree(tree.N, size, hashes)
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, older); err != nil {
			return 0, fmt.Errorf("the tree of %d leaves: %v", size, err)
		}
	}
	return tree.N, nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: main.go DIR VERIFIER_KEY")
		os.Exit(2)
	}
	size, err := verify(mirror(os.Args[1]), os.Args[2])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Printf("the %d leaves are those of the signed checkpoint\n", size)
}
