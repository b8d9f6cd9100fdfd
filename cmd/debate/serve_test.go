package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/debate-chatbot/debate-api/internal/server"
)

// A container's check of its health must find the service at either of the addresses that
// localhost has. https://github.com/maplibre/martin/issues/1674
func TestTheHealthIsAskedAtBothAddresses(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		listener, err := net.Listen("tcp", host+":0")
		if err != nil {
			t.Fatal(err)
		}
		service := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/health" {
				w.WriteHeader(http.StatusNotFound)
			}
		})}}
		service.Start()
		port := strconv.Itoa(server.Port(listener))
		t.Setenv("PORT", port)
		if err := healthcheck(t.Context()); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		service.Close()
		if err := healthcheck(t.Context()); err == nil || !strings.Contains(err.Error(), port) {
			t.Errorf("%s, closed: %v", host, err)
		}
	}
}
