namespace TransferLearning.Imaging;

/// <summary>Marks what never keeps an image that it gave: whoever received the image may release it.</summary>
internal interface IKeepsNoImage;
