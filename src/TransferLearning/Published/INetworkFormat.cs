using TransferLearning.Importing;
using TransferLearning.Networks;

namespace TransferLearning.Published;

/// <summary>A form in which model files carry networks that are not built in. Immutable.</summary>
public interface INetworkFormat
{
    /// <summary>The form's name in model files: <see cref="NetworkDescription.Format"/>.</summary>
    string Identifier { get; }

    /// <summary>The network that a model file carries.</summary>
    /// <param name="name">The network's name.</param>
    /// <param name="description">What the file carries; not to be trusted.</param>
    /// <param name="mostValues">The number of values of the file's weights: a network of more is refused before memory is taken for it.</param>
    /// <returns>The network, whose weights are filled in afterwards.</returns>
    /// <exception cref="InvalidDataException">The description is not valid.</exception>
    PretrainedBackbone Open(string name, NetworkDescription description, long mostValues);
}

/// <summary>The form of networks that were imported by <see cref="Pretrained.FromOnnx"/>.</summary>
/// <param name="operators">Operators besides the built-in ones.</param>
public sealed class OnnxNetworkFormat(params IReadOnlyList<IOnnxOperator> operators) : INetworkFormat
{
    /// <inheritdoc/>
    public string Identifier => OnnxDescription.Format;

    /// <inheritdoc/>
    public PretrainedBackbone Open(string name, NetworkDescription description, long mostValues)
    {
        ArgumentNullException.ThrowIfNull(description);
        OnnxImport import = OnnxImport.FromDescription(description, operators, mostValues);
        return new PretrainedBackbone { Info = import.Info with { Name = name }, Build = import.Build, Weights = new WeightsSource.AsBuilt() };
    }
}
