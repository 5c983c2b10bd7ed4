namespace TransferLearning.FeatureCache;

/// <summary>A volume is torn, altered, or of another shelf. The message continues "The file ...".</summary>
internal sealed class VolumeFormatException(string message) : Exception(message);
