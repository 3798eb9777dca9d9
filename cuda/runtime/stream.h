// Streams and events with an owner.
#pragma once
#include "error.h"

namespace ajan {

class DeviceStream {
  public:
    DeviceStream() = default;
    DeviceStream(const DeviceStream &) = delete;
    DeviceStream &operator=(const DeviceStream &) = delete;
    ~DeviceStream() {
        if (stream) cudaStreamDestroy(stream);
    }
    void make() {
        check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
    }
    void wait() const { check(cudaStreamSynchronize(stream), "waiting for the device"); }
    operator cudaStream_t() const { return stream; }

  private:
    cudaStream_t stream = nullptr;
};

// A point in a stream that the host or another stream can wait for; at first, one that has passed.
class DeviceEvent {
  public:
    DeviceEvent() = default;
    DeviceEvent(const DeviceEvent &) = delete;
    DeviceEvent &operator=(const DeviceEvent &) = delete;
    ~DeviceEvent() {
        if (event) cudaEventDestroy(event);
    }
    void make() {
        check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
    }
    void record(cudaStream_t stream) {
        check(cudaEventRecord(event, stream), "recording an event");
        is_recorded = true;
    }
    void wait() const {
        if (is_recorded) check(cudaEventSynchronize(event), "waiting for the device");
    }
    void hold(cudaStream_t stream) const {
        if (is_recorded) check(cudaStreamWaitEvent(stream, event, 0), "holding a stream");
    }

  private:
    cudaEvent_t event = nullptr;
    bool is_recorded = false;
};

}  // namespace ajan
