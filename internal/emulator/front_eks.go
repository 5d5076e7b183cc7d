package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// eksAnswers are what of EKS the emulator does otherwise: an update of a cluster's network configuration takes what it names and leaves the rest, and the emulator drops it.
var eksAnswers = []answer{
	{service: "eks", method: http.MethodPost, path: regexp.MustCompile(`^/clusters/[^/]+/update-config$`), serve: updateEKSCluster},
}

// An eksCluster is what of EKS's bodies the front looks at.
//
// Source: Amazon EKS API reference, DescribeCluster, UpdateClusterConfig.
type eksCluster struct {
	Cluster struct {
		ResourcesVpcConfig map[string]any `json:"resourcesVpcConfig"`
	} `json:"cluster"`
}

// updateEKSCluster completes the request with what the cluster has, and passes it on.
func updateEKSCluster(f *Front, w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	var in map[string]any
	if err != nil || json.Unmarshal(body, &in) != nil {
		refuseREST(w, http.StatusBadRequest, "InvalidRequestException")
		return
	}
	if asked, ok := in["resourcesVpcConfig"].(map[string]any); ok {
		whole := f.describeEKSCluster(r).Cluster.ResourcesVpcConfig
		if whole == nil {
			whole = map[string]any{}
		}
		maps.Copy(whole, asked)
		in["resourcesVpcConfig"] = whole
		if body, err = json.Marshal(in); err != nil {
			refuseREST(w, http.StatusBadRequest, "InvalidRequestException")
			return
		}
	}
	f.passOn(w, r, body)
}

// describeEKSCluster asks the emulator for the cluster whose update is asked for.
func (f *Front) describeEKSCluster(update *http.Request) eksCluster {
	r := update.Clone(update.Context())
	r.Method, r.Body, r.ContentLength = http.MethodGet, nil, 0
	r.URL.Path = strings.TrimSuffix(r.URL.Path, "/update-config")
	r.URL.RawPath = ""
	var found eksCluster
	_ = json.Unmarshal(f.proxied(r).Body.Bytes(), &found) // a cluster that is not there is for the emulator to tell
	return found
}
