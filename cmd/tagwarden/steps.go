package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// steps show what a long command is doing and how far it is, on a terminal only.
type steps struct {
	file  *os.File // nil where there is no terminal
	bar   *progressbar.ProgressBar
	doing string
	total int
}

func newSteps(w io.Writer) *steps {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &steps{}
	}
	return &steps{file: file}
}

// show draws a step; total is 0 where it is not known.
func (s *steps) show(done, total int, doing string) {
	if s.file == nil {
		return
	}
	if s.bar == nil || doing != s.doing || total != s.total {
		s.done()
		most := total
		if most == 0 {
			most = -1
		}
		s.doing, s.total = doing, total
		s.bar = progressbar.NewOptions(most, progressbar.OptionSetWriter(s.file), progressbar.OptionSetDescription(doing), progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(throttle))
		_ = s.bar.RenderBlank() // a bar that cannot be drawn is no reason to stop
	}
	_ = s.bar.Set(done)
}

// done takes the bar away.
func (s *steps) done() {
	if s.bar != nil {
		_ = s.bar.Clear()
		s.bar = nil
	}
}
