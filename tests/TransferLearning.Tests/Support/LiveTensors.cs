using TorchSharp;

namespace TransferLearning.Tests.Support;

/// <summary>Counts the tensors that this thread has made and not given back.</summary>
internal static class LiveTensors
{
    public static long Count => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
